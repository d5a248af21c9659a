import { existsSync } from 'node:fs';
import chromium from '@sparticuz/chromium';
import { type Browser, type BrowserContext, chromium as playwright, type Page } from 'playwright-core';

/** Its own arguments are for a host without room: those that weaken the browser, or end it with its first context, are left out. */
const notWanted = new Set([
  '--single-process',
  '--no-zygote',
  '--disable-web-security',
  '--disable-site-isolation-trials',
]);

export async function launchBrowser(): Promise<Browser> {
  const own = '/usr/bin/chromium';
  return existsSync(own)
    ? await playwright.launch({ executablePath: own, args: ['--no-sandbox'], headless: true })
    : await playwright.launch({
        executablePath: await chromium.executablePath(),
        args: chromium.args.filter(argument => !notWanted.has(argument)),
        headless: true,
      });
}

/** One person at a browser of his own. */
export interface Person {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What went wrong in his pages: scripts, the policy, dialogs. */
  readonly troubles: string[];
}

export async function sitDown(
  browser: Browser,
  url: string,
  token: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Person> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', error => troubles.push(String(error)));
  page.on('dialog', dialog => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', message => {
    if (/Content Security Policy|Refused to/.test(message.text())) troubles.push(message.text());
  });
  await page.goto(`${url}/`);
  await page.getByLabel('Your token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  const runs = page.getByRole('heading', { name: 'Runs' });
  await runs.waitFor().catch(async () => {
    throw new Error(`not signed in: ${await page.locator('main').innerText()}`);
  });
  return { page, context, troubles };
}
