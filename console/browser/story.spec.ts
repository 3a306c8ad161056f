import { expect, test as plain, start } from './bed';

/** Stories change the cluster: each has one of its own. */
const test = plain.extend<object, object>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
    async ({}, use) => {
      const server = await start(['demo']);
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
});

test.describe.configure({ mode: 'serial' });

const asked = '/path?from=203.0.113.7&to=service%2Fshop%2Fweb%3Ahttp&door=LoadBalancer';

test('the policies that are outstanding are previewed and written', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Review and carry out' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('stops being reachable');
  await dialog.getByRole('tab', { name: /YAML/ }).click();
  await expect(dialog).toContainText('nsnp-network-isolate');
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.locator('main')).toContainText('The policies are what switches and allowlists mean.');
});

test('a customer is shut out, and the path shows which source the policy sees', async ({ page }) => {
  await page.goto(asked);
  await expect(page.locator('main')).toContainText('denied by policy');
  await expect(page.locator('.hop.deny').first()).toBeVisible();
  await page.getByRole('link', { name: 'What has to be let in?' }).click();
  await expect(page.locator('main')).toContainText('Missing entries: 4');
  await expect(page.locator('main')).toContainText('10.233.90.0/32');
});

test('the minimal allowlist is proposed, applied, and lets the customer in', async ({ page }) => {
  await page.goto('/minimal?target=service%2Fshop%2Fweb&door=LoadBalancer&client=203.0.113.7');
  await page.getByRole('button', { name: 'Propose these entries as a policy' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('becomes reachable');
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.locator('main')).toContainText('Everything that is needed is let in already.');
  await page.goto(asked);
  await expect(page.locator('.hop.allow').first()).toBeVisible();
  await expect(page.locator('.hop.deny')).toHaveCount(0);
});

test('an entry is added with a form that says what is wrong, and deleted again', async ({ page }) => {
  await page.goto('/projects/shop?list=external');
  await page.getByRole('button', { name: 'Add entry' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Name').fill('Partner');
  await form.getByLabel('Network').fill('192.0.2.0/99');
  await form.getByRole('button', { name: 'Preview' }).click();
  await expect(form).toContainText('Lower-case letters');
  await expect(form).toContainText('Not a network');
  await form.getByLabel('Name').fill('partner');
  await form.getByLabel('Network').fill('192.0.2.0/24');
  await form.getByRole('button', { name: 'Add port' }).click();
  await form.getByLabel('Port or name').fill('8080');
  await form.getByRole('button', { name: 'Preview' }).click();
  const preview = page.getByRole('dialog').last();
  await expect(preview).toContainText('becomes reachable');
  await preview.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByRole('row', { name: /partner/ })).toContainText('in effect');

  await page.getByRole('button', { name: 'Delete partner' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByRole('row', { name: /partner/ })).toHaveCount(0);
});

test('a switch is thrown, and the history takes it back', async ({ page }) => {
  await page.goto('/projects/billing');
  await page.getByRole('button', { name: 'Isolate this project' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByRole('button', { name: 'Open this project' })).toBeVisible();
  await page.goto('/history');
  await expect(page.locator('main section').first()).toContainText('ada');
  await page.getByRole('button', { name: /^Undo/ }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.goto('/projects/billing');
  await expect(page.getByRole('button', { name: 'Isolate this project' })).toBeVisible();
});

test('two people change one entry: the second sees what changed before deciding', async ({ page, context, errors }) => {
  const other = await context.newPage();
  for (const each of [page, other]) {
    await each.goto('/projects/shop?list=external');
    await each.getByRole('button', { name: 'Edit office' }).click();
  }
  const save = async (each: typeof page, network: string) => {
    await each.getByRole('dialog').getByLabel('Network').fill(network);
    await each.getByRole('dialog').getByRole('button', { name: 'Preview' }).click();
    const preview = each.getByRole('dialog').last();
    await expect(preview.getByRole('button', { name: 'Apply' })).toBeEnabled();
    return preview;
  };
  const first = await save(page, '198.51.100.0/25');
  const second = await save(other, '198.51.100.128/25');
  await first.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await second.getByRole('button', { name: 'Apply' }).click();
  await expect(second).toContainText('Meanwhile the cluster changed');
  await expect(second).toContainText('changed since it was read');
  await expect(second.getByRole('button', { name: 'Apply' })).toBeDisabled();
  await page.reload();
  await expect(page.locator('main')).toContainText('198.51.100.0/25');
  errors.length = 0;
});

test('what somebody else changes appears by itself', async ({ page, context }) => {
  await page.goto('/tenants');
  const row = page.getByRole('row', { name: /^reports/ });
  await expect(row).toContainText('open');
  const other = await context.newPage();
  await other.goto('/projects/reports');
  await other.getByRole('button', { name: 'Isolate this project' }).click();
  await other.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
  await expect(row).toContainText('isolated');
});

test('a policy by hand: written as YAML, seen in the list, deleted', async ({ page, errors }) => {
  await page.goto('/what-if');
  await page.getByRole('button', { name: 'Try' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('tab', { name: /YAML/ }).click();
  await expect(dialog).toContainText('deny-all');
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await page.goto('/policies');
  await page.getByRole('link', { name: 'deny-all' }).click();
  await expect(page.locator('main')).toContainText('shop/web-');
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/\/policies$/);
  await expect(page.getByRole('link', { name: 'deny-all' })).toHaveCount(0);
  // The stream of events may be faster than the answer: then the page asks once more for what is gone.
  expect(errors.filter((error) => !error.includes('404'))).toEqual([]);
  errors.length = 0;
});
