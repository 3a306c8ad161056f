import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';

const BINARY = process.env.BULKHEAD_BIN ?? '../target/debug/bulkhead';

/** A running `bulkhead`, and the session that its address gave. */
export interface Server {
  origin: string;
  cookie: { name: string; value: string; url: string };
  /** Everything that it printed to standard error. */
  said: string[];
  stop: () => Promise<void>;
}

/** Starts `bulkhead` and signs in. */
export async function start(parameters: string[]): Promise<Server> {
  const child = spawn(BINARY, [...parameters, '--no-browser', '--listen', '127.0.0.1:0', '--lang', 'en'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, USER: 'ada' },
  });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
  const link = await firstLine(child, said);
  const origin = new URL(link).origin;
  const answer = await fetch(link, { redirect: 'manual' });
  const pair = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const [name = '', value = ''] = pair.split('=');
  const stop = () =>
    new Promise<void>((done) => {
      child.once('exit', () => done());
      child.kill('SIGINT');
    });
  return { origin, cookie: { name, value, url: origin }, said, stop };
}

function firstLine(child: ChildProcess, said: string[]): Promise<string> {
  return new Promise((found, failed) => {
    child.once('error', failed);
    child.once('exit', (code) => failed(new Error(`bulkhead ended with ${code}: ${said.join('\n')}`)));
    if (child.stdout) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const link = /http:\/\/\S+/.exec(line)?.[0];
        if (link) found(link);
      });
    }
  });
}

export const test = base.extend<{ errors: string[] }, { server: Server }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
    async ({}, use) => {
      const server = await start(['demo']);
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ server }, use) => use(server.origin),
  context: async ({ context, server }, use) => {
    await context.addCookies([server.cookie]);
    await use(context);
  },
  /** Whatever the browser complains about fails the test: a policy that is broken, an exception, a request that failed. */
  errors: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      page.on('pageerror', (error) => errors.push(String(error)));
      await use(errors);
      expect(errors).toEqual([]);
    },
    { auto: true },
  ],
});

export { type BrowserContext, expect, type Page };
