import { readFileSync } from 'node:fs';
import { expect, type Page, test as plain, type Server, start } from './bed';

/** The example with the policies that its switches and allowlists mean: before, everybody reaches everybody. */
const test = plain.extend<object, { server: Server }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
    async ({}, use) => {
      const server = await start(['demo']);
      const headers = {
        'content-type': 'application/json',
        'x-bulkhead-csrf': '1',
        cookie: `${server.cookie.name}=${server.cookie.value}`,
      };
      const post = (path: string, body: unknown) =>
        fetch(`${server.origin}/api/v1alpha1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      const { digest } = (await (await post('/changes/preview', {})).json()) as { digest: string };
      expect((await post('/changes', { change: {}, digest })).status).toBe(200);
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
});

/** What a button hands to the browser as a file. */
async function taken(page: Page, button: string): Promise<{ name: string; content: Buffer }> {
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  const file = await waiting;
  return { name: file.suggestedFilename(), content: readFileSync(await file.path()) };
}

/** The colour of a pixel of a PNG, and how many colours there are in all, as the browser reads it. */
function coloursOf(page: Page, png: Buffer): Promise<{ corner: string; colours: number; width: number }> {
  return page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    context.drawImage(image, 0, 0);
    const { data: pixels } = context.getImageData(0, 0, canvas.width, canvas.height);
    const colours = new Set<string>();
    for (let at = 0; at < pixels.length; at += 4) colours.add([...pixels.slice(at, at + 3)].join(','));
    return { corner: [...pixels.slice(0, 3)].join(','), colours: colours.size, width: canvas.width };
  }, png.toString('base64'));
}

/** A party of the picture by the first of its names. */
const party = (page: Page, name: string) =>
  page.locator('.drawing').getByRole('button', { name: new RegExp(`^${name}( |$)`) });

for (const language of ['en', 'zh'] as const) {
  for (const scheme of ['light', 'dark'] as const) {
    test(`the topology in ${language}, ${scheme}: three levels, drawn`, async ({ page }, info) => {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.addInitScript((chosen) => localStorage.setItem('bulkhead.language', chosen), language);
      for (const [level, name] of [
        ['workspace', 'retail'],
        ['project', 'shop'],
        ['workload', 'web'],
      ] as const) {
        await page.goto(`/topology?level=${level}`);
        await expect(party(page, name).first()).toBeVisible();
        // The page's own rules are those of the picture: nothing is black on black.
        const [card, text] = await page
          .locator('.drawing')
          .evaluate((drawing) =>
            ['.p-card', '.p-head'].map((part) => getComputedStyle(drawing.querySelector(part) as Element).fill),
          );
        expect([card, text]).toEqual(
          scheme === 'light' ? ['rgb(255, 255, 255)', 'rgb(24, 34, 45)'] : ['rgb(25, 34, 40)', 'rgb(228, 235, 239)'],
        );
        await page.screenshot({ path: info.outputPath(`${level}.png`), fullPage: true });
      }
      await party(page, 'web').first().click();
      await expect(page).toHaveURL(/party=deployment%2Fshop%2Fweb/);
      await page.screenshot({ path: info.outputPath('chosen.png'), fullPage: true });
    });
  }
}

test('a party is chosen with the keyboard, and leads on', async ({ page }) => {
  await page.goto('/topology?level=project');
  await expect(party(page, 'shop')).toBeVisible();
  await page.locator('.drawing [tabindex="0"]').focus();
  const first = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  for (const key of ['ArrowDown', 'ArrowRight', 'ArrowUp', 'ArrowLeft']) await page.keyboard.press(key);
  await page.keyboard.press('ArrowDown');
  const other = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  expect(other).not.toBe(first);
  await page.keyboard.press('Enter');
  await expect(page.locator('.drawing [aria-pressed="true"]').first()).toHaveAttribute('aria-label', other ?? '');
  await page.keyboard.press('Escape');
  await expect(page.locator('.drawing [aria-pressed="true"]')).toHaveCount(0);

  await party(page, 'shop').click();
  const card = page.getByRole('complementary', { name: 'shop' });
  await expect(card).toContainText('retail');
  await expect(page.locator('.drawing .lit').first()).toBeVisible();
  await card.getByRole('link', { name: 'Its workloads' }).click();
  await expect(page).toHaveURL(/\/topology\?level=workload&namespace=shop$/);
  await party(page, 'web').first().click();
  await page.getByRole('link', { name: 'Reachability as a table' }).click();
  await expect(page).toHaveURL(/\/matrix\?by=workload&namespace=shop$/);
  await page.goBack();
  await page
    .getByRole('link', { name: /^Explain: .*shop: web/ })
    .first()
    .click();
  await expect(page).toHaveURL(/\/explain\?from=/);
  await expect(page.locator('main .sign').first()).toBeVisible();
});

test('the search finds parties, and narrows the table', async ({ page }) => {
  await page.goto('/topology?level=workload');
  await expect(party(page, 'web').first()).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('billing');
  await expect(page).toHaveURL(/search=billing/);
  await expect(page.locator('.drawing .found').first()).toBeVisible();
  const rows = page.locator('table.data tbody tr');
  await expect(rows.first()).toBeVisible();
  for (const row of await rows.all()) await expect(row).toContainText('billing');
});

test('picture and table are taken away as SVG, PNG and CSV', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/topology?level=project');
  await expect(party(page, 'shop')).toBeVisible();
  const svg = await taken(page, 'Download SVG');
  expect(svg.name).toBe('topology-project.svg');
  expect(svg.content.toString()).toMatch(/^<svg[\s\S]*#11181d[\s\S]*shop[\s\S]*<\/svg>\s*$/);
  expect(svg.content.toString()).not.toContain('var(');
  const png = await taken(page, 'Download PNG');
  expect([png.name, png.content.subarray(1, 4).toString()]).toEqual(['topology-project.png', 'PNG']);
  const { corner, colours, width } = await coloursOf(page, png.content);
  expect(corner).toBe('17,24,29');
  expect(colours).toBeGreaterThan(8);
  expect(width).toBeGreaterThan(1_000);
  const table = await taken(page, 'Download CSV');
  expect(table.content.toString()).toMatch(/^From,To,Verdict,Pairs,Ports\r\n[\s\S]*shop/);

  await page.goto('/path?from=203.0.113.7&to=service%2Fshop%2Fweb%3Ahttp&door=LoadBalancer');
  const way = await taken(page, 'Download SVG');
  expect(way.name).toBe('path.svg');
  expect(way.content.toString()).toContain('203.0.113.7 → service/shop/web:http/TCP (LoadBalancer)');
  expect((await taken(page, 'Download PNG')).content.subarray(1, 4).toString()).toBe('PNG');

  await page.goto('/matrix');
  expect((await taken(page, 'Download CSV')).content.toString()).toContain('shop');
});

test('a narrowed topology has its address, and the back button', async ({ page }) => {
  await page.goto('/topology?namespace=shop&zoom=50');
  await expect(party(page, 'web').first()).toBeVisible();
  await page.getByText('Projects', { exact: true }).click();
  await expect(page).toHaveURL(/\/topology\?level=project&namespace=shop&zoom=50$/);
  await page.reload();
  await expect(party(page, 'shop').first()).toBeVisible();
  const wide = await page.locator('.drawing').evaluate((drawing) => drawing.scrollWidth - drawing.clientWidth);
  expect(wide).toBeLessThanOrEqual(1);
  // Whatever is wide scrolls by itself, and the page does not.
  for (const zoom of ['', '&zoom=150']) {
    await page.goto(`/topology?level=workload${zoom}`);
    await expect(party(page, 'web').first()).toBeVisible();
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(beyond, zoom).toBeLessThanOrEqual(0);
  }
});
