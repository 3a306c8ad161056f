import { expect, start, test } from './bed';

const version = {
  version: '0.1.0',
  source: 'cluster',
  name: 'production',
  writable: true,
  state: '17',
  user: 'ada',
  administrator: true,
};

for (const [language, said] of [
  ['en', 'The cluster has not answered since'],
  ['zh', '起没有响应'],
] as const) {
  test(`a cluster that does not answer is said to be old, in ${language}`, async ({ page }, info) => {
    await page.addInitScript((chosen) => localStorage.setItem('bulkhead.language', chosen), language);
    await page.route('**/api/v1alpha1/version', (route) =>
      route.fulfill({ json: { ...version, staleSince: '2026-03-01T10:20:30Z' } }),
    );
    await page.goto('/tenants');
    await expect(page.locator('.banner')).toContainText(said);
    await expect(page.locator('.banner')).toContainText('2026');
    await page.screenshot({ path: info.outputPath('banner.png') });
    await page.unroute('**/api/v1alpha1/version');
    await page.reload();
    await expect(page.getByRole('link', { name: 'shop', exact: true })).toBeVisible();
    await expect(page.locator('.banner')).toHaveCount(0);
  });
}

test('the banner comes and goes with the events', async ({ page }) => {
  let isStale = false;
  await page.route('**/api/v1alpha1/version', (route) =>
    route.fulfill({ json: isStale ? { ...version, staleSince: '2026-03-01T10:20:30Z' } : version }),
  );
  let event = 'event: state\ndata: 17\n\n';
  await page.route('**/api/v1alpha1/events', (route) =>
    route.fulfill({ contentType: 'text/event-stream', body: `retry: 100\n\n${event}` }),
  );
  await page.goto('/tenants');
  await expect(page.locator('header')).toContainText('production');
  await expect(page.locator('.banner')).toHaveCount(0);
  [isStale, event] = [true, 'event: stale\ndata: 2026-03-01T10:20:30Z\n\n'];
  await expect(page.locator('.banner')).toBeVisible();
  [isStale, event] = [false, 'event: fresh\ndata: -\n\n'];
  await expect(page.locator('.banner')).toHaveCount(0);
});

test('a session that ended leads to sign in, and nothing stays on the page', async ({ browser, errors }, info) => {
  const server = await start(['serve', '-f', '../examples/shop']);
  const context = await browser.newContext();
  await context.addCookies([server.cookie]);
  const page = await context.newPage();
  await page.goto(`${server.origin}/tenants`);
  await expect(page.getByRole('link', { name: 'shop', exact: true })).toBeVisible();
  await context.clearCookies();
  await page.getByRole('link', { name: 'Findings', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'You are signed out' })).toBeVisible();
  await expect(page.locator('main')).not.toContainText('shop');
  await page.screenshot({ path: info.outputPath('ended.png') });
  await context.addCookies([server.cookie]);
  await page.getByRole('button', { name: 'Sign in again' }).click();
  await expect(page).toHaveURL(/\/findings$/);
  await expect(page.getByRole('heading', { level: 1, name: 'Findings' })).toBeVisible();
  await context.close();
  await server.stop();
  expect(errors).toEqual([]);
});

test('whoever signs out goes where they sign in', async ({ page }) => {
  const asked: string[] = [];
  await page.route('**/api/v1alpha1/version', (route) =>
    route.fulfill({ json: { ...version, signOut: '/session/end' } }),
  );
  await page.route('**/session/end', (route) => {
    asked.push(route.request().method());
    return route.fulfill({ status: 303, headers: { location: '/' } });
  });
  await page.goto('/tenants');
  await expect(page.locator('header')).toContainText('ada');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/$/);
  expect(asked).toEqual(['POST']);
});
