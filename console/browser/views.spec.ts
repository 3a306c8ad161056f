import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Page, test } from './bed';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const asked = 'from=203.0.113.7&to=service%2Fshop%2Fweb%3Ahttp&door=LoadBalancer';

/** Every view, with something that only its answer has. */
const VIEWS: [string, RegExp][] = [
  ['/', /iptables/],
  ['/tenants', /kubesphere-monitoring-system/],
  ['/projects/shop', /nsnp-network-isolate/],
  ['/projects/shop?list=external', /198\.51\.100\.0\/24/],
  [`/path?${asked}`, /10\.233\.90\.0/],
  [`/path?${asked}&as=table`, /10\.233\.90\.0/],
  ['/path', /203\.0\.113\.7 → service\/shop\/web/],
  [`/explain?${asked}`, /shop\/web-/],
  ['/minimal?target=service%2Fshop%2Fweb&door=LoadBalancer&client=203.0.113.7', /LoadBalancer/],
  ['/exposures', /service\/shop\/web/],
  ['/topology', /deployment|billing/],
  ['/topology?level=project&party=namespace%2Fshop', /shop/],
  ['/matrix', /billing/],
  ['/matrix?by=workload&namespace=shop&as=list', /deployment\/shop\/web/],
  ['/policies', /./],
  ['/findings', /./],
  ['/history', /import/],
  ['/what-if', /NetworkPolicy/],
  ['/settings', /Apache-2\.0/],
];

async function seriousFaults(page: Page): Promise<string[]> {
  // The page's policy allows no inline script, so axe comes in through the debugger and not as a tag.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const run = (window as unknown as { axe: { run: () => Promise<{ violations: Violation[] }> } }).axe.run;
    interface Violation {
      id: string;
      impact: string;
      nodes: { html: string }[];
    }
    const { violations } = await run();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    return serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
  });
}

for (const language of ['en', 'zh'] as const) {
  for (const scheme of ['light', 'dark'] as const) {
    test(`every view in ${language}, ${scheme}: nothing fails, and axe finds nothing serious`, async ({ page }) => {
      test.setTimeout(180_000);
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.addInitScript((chosen) => localStorage.setItem('bulkhead.language', chosen), language);
      for (const [path, shown] of VIEWS) {
        await page.goto(path);
        await expect(page.locator('main')).toContainText(shown);
        await expect(page.locator('html')).toHaveAttribute('lang', language === 'zh' ? 'zh-CN' : 'en');
        await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', scheme);
        expect(await seriousFaults(page), path).toEqual([]);
      }
    });
  }
}

test('an address leads to its view, and the back button back', async ({ page }) => {
  await page.goto('/tenants?search=shop');
  await expect(page.getByRole('textbox', { name: 'Search' })).toHaveValue('shop');
  await page.getByRole('link', { name: 'shop', exact: true }).click();
  await expect(page).toHaveURL(/\/projects\/shop$/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('shop');
  await page.goBack();
  await expect(page).toHaveURL(/\/tenants\?search=shop$/);
  await expect(page.getByRole('link', { name: 'lake' })).toHaveCount(0);
});

test('the keyboard is enough', async ({ page }) => {
  await page.goto('/tenants');
  await expect(page.getByRole('link', { name: 'shop', exact: true })).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('bill');
  await expect(page.getByRole('link', { name: 'billing' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'lake' })).toHaveCount(0);

  await page.goto('/matrix');
  const first = page.locator('[data-at="0 0"]');
  await first.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('[data-at="1 1"]')).toBeFocused();
  await expect(page.locator('[data-at="1 1"]')).toHaveAttribute('aria-pressed', 'true');
});

test('a wrong question is answered with what is wrong', async ({ page, errors }) => {
  await page.goto('/path?from=203.0.113.7&to=somewhere');
  await expect(page.getByRole('alert')).toContainText('somewhere');
  await page.goto('/projects/nowhere');
  await expect(page.getByRole('alert')).toContainText('nowhere');
  // The refusals themselves are what the browser complains about here.
  expect(errors.every((error) => /status of 40[04]/.test(error))).toBe(true);
  errors.length = 0;
});
