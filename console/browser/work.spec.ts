import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test as plain, start } from './bed';

/** So many more ways in that nobody waits for all of them. */
const SERVICES = 8_000;

/** The example with many more Services that are exposed. */
function exposed(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-'));
  for (const file of readdirSync('../examples/shop').filter((file) => file.endsWith('.yaml'))) {
    copyFileSync(join('../examples/shop', file), join(folder, file));
  }
  const service = (at: number) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `door-${at}`, namespace: 'shop' },
    spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, nodePort: 20_000 + at }] },
  });
  const list = { apiVersion: 'v1', kind: 'List', items: Array.from({ length: SERVICES }, (_, at) => service(at)) };
  writeFileSync(join(folder, 'doors.json'), JSON.stringify(list));
  return folder;
}

const test = plain.extend<object, object>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
    async ({}, use) => {
      const folder = exposed();
      const server = await start(['serve', '-f', folder]);
      await use(server);
      await server.stop();
      rmSync(folder, { recursive: true });
    },
    { scope: 'worker' },
  ],
});

test('long work says how far it is, and is given up', async ({ page, errors }) => {
  await page.goto('/exposures');
  const work = page.getByRole('status').filter({ hasText: 'The server is at work' });
  await expect(work).toContainText(/ways to what is exposed \d+ of \d+/);
  await expect(work.getByRole('progressbar')).toBeVisible();
  await work.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('alert').first()).toContainText('the work was given up');
  await expect(work).toHaveCount(0);
  // The browser itself says that a request was refused.
  expect(errors.filter((error) => !error.includes('409'))).toEqual([]);
  errors.length = 0;
});
