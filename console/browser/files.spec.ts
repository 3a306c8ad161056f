import { expect, test as plain, start } from './bed';

const test = plain.extend<object, object>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
    async ({}, use) => {
      const server = await start(['serve', '-f', '../examples/shop']);
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
});

test('a dump can be looked at and tried out, and not written', async ({ page }) => {
  await page.goto('/');
  await expect(page.locator('header')).toContainText('read only');
  await page.goto('/projects/billing');
  await page.getByRole('button', { name: 'Isolate this project' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('stops being reachable');
  await expect(dialog.getByRole('button', { name: 'Apply' })).toHaveCount(0);
});

test('without the session there is nothing, and nothing says more than that', async ({ browser, server }) => {
  const stranger = await browser.newContext();
  const page = await stranger.newPage();
  const answer = await page.goto(`${server.origin}/projects/shop`);
  expect(answer?.status()).toBe(401);
  expect(await page.content()).not.toContain('shop');
  await stranger.close();
});

test('a server that is gone is said to be gone', async ({ browser, errors }) => {
  const server = await start(['serve', '-f', '../examples/shop']);
  const context = await browser.newContext();
  await context.addCookies([server.cookie]);
  const page = await context.newPage();
  await page.goto(`${server.origin}/tenants`);
  await expect(page.getByRole('link', { name: 'shop', exact: true })).toBeVisible();
  await server.stop();
  await expect(page.locator('header')).toContainText('No connection to the server');
  await expect(page.getByRole('link', { name: 'shop', exact: true })).toBeVisible();
  await context.close();
  expect(errors).toEqual([]);
});
