// The browser, and what every page is held to.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import AxeBuilder from '@axe-core/playwright';
import { HtmlValidate } from 'html-validate';
import { chromium } from 'playwright-core';

const OUT = join(import.meta.dirname, '../out');
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 360, height: 740 };
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const html = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    // How the templates are written, not what the browser makes of it.
    'no-trailing-whitespace': 'off',
    'attr-quotes': 'off',
    'void-style': 'off',
    'long-title': 'off',
    // Norwegian readers write numbers with spaces; those here are no telephone numbers.
    'tel-non-breaking': 'off',
  },
});

/** Chromium without a window. */
export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
}

/** A person's browser: own cookies. */
export async function person(browser, { javaScript = true } = {}) {
  const context = await browser.newContext({
    javaScriptEnabled: javaScript,
    locale: 'nb-NO',
    // Somewhere else: times are told as in Norway all the same.
    timezoneId: 'America/New_York',
    viewport: WIDE,
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  page.faults = [];
  // What the server last sent for the whole page: the markup before scripts and browser touch it.
  page.on('response', (response) => {
    const whole = response.request().isNavigationRequest() && response.frame() === page.mainFrame();
    if (whole && response.status() !== 303) page.answer = response;
  });
  page.on('pageerror', (error) => page.faults.push(error.message));
  page.on('console', (message) => {
    // A refused form is an answer like any other; Chromium also writes it in the console.
    const refused = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !refused) page.faults.push(message.text());
  });
  return page;
}

/** Holds the page shown to everything: markup, axe, dark colours, both widths, no script errors. Leaves two pictures. */
export async function examine(page, name) {
  await valid(page, name);
  await axe(page, name);
  await readableInTheDark(page, name);
  await fits(page, name);
  await screenshot(page, name);
  assert.deepEqual(page.faults, [], `${name}: faults in the console`);
}

/** Fails on any violation, told with the elements it is about. */
export function axe(page, name) {
  return nothingFound(new AxeBuilder({ page }).withTags(RULES), name);
}

/** Fails when a colour of the dark scheme is too faint: all that differs from the light one. */
export async function readableInTheDark(page, name) {
  // Without motion no colour is on its way to another.
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await nothingFound(new AxeBuilder({ page }).withRules(['color-contrast', 'link-in-text-block']), `${name}, dark`);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
}

async function nothingFound(axe, name) {
  const { violations } = await axe.analyze();
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help}\n    ${some(nodes.map((node) => node.html))}`);
  assert.equal(told.length, 0, `${name}: axe finds\n  ${told.join('\n  ')}`);
}

/** Fails when the page can be scrolled sideways on a narrow screen. */
export async function fits(page, name) {
  await page.setViewportSize(NARROW);
  const tooWide = await page.evaluate(() => {
    const screen = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= screen) return [];
    const sticksOut = (element) => element.getBoundingClientRect().right > screen;
    return [...document.querySelectorAll('body *')].filter(sticksOut).map((element) => element.outerHTML.slice(0, 120));
  });
  await page.setViewportSize(WIDE);
  assert.equal(tooWide.length, 0, `${name}: wider than ${NARROW.width} px\n    ${some(tooWide)}`);
}

/** The first few, and how many more. */
function some(things) {
  const more = things.length > 5 ? [`… and ${things.length - 5} more`] : [];
  return [...things.slice(0, 5), ...more].join('\n    ');
}

/** Pictures of the whole page, wide and narrow. */
export async function screenshot(page, name) {
  await mkdir(OUT, { recursive: true });
  for (const size of [NARROW, WIDE]) {
    await page.setViewportSize(size);
    // Playwright hides the caret by an inline style, which the page rightly refuses.
    await page.screenshot({ path: join(OUT, `${name}-${size.width}.png`), fullPage: true, caret: 'initial' });
  }
}

/** Fails when the markup as the server sent it is wrong. */
export async function valid(page, name) {
  const { results } = await html.validateString(await page.answer.text());
  const faults = results.flatMap(({ messages }) => messages);
  const told = faults.map((it) => `${it.ruleId} at line ${it.line}: ${it.message}`);
  assert.equal(told.length, 0, `${name}: html-validate finds\n    ${some(told)}`);
}

/** The first stop of the keyboard leads past the header, unless the page begins in a field. */
export async function startsAtSkipLink(page, name) {
  const begun = await page.evaluate(() => document.activeElement !== document.body);
  if (!begun) await page.keyboard.press('Tab');
  const first = await page.evaluate((begun) => {
    const stops = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
    const element = begun ? document.querySelector(stops) : document.activeElement;
    return element?.textContent;
  }, begun);
  assert.equal(first, 'Hopp til hovedinnhold', `${name}: the first stop`);
}

/** Whether the focus is in the element or at it. */
export function focusIn(page, selector) {
  return page.evaluate((it) => document.activeElement?.closest(it) != null, selector);
}

/** Runs `work`; when it fails, says where each page stood, and leaves a picture of it. */
export async function witnessed(app, pages, work) {
  try {
    await work();
  } catch (error) {
    for (const [name, page] of Object.entries(pages)) {
      const heading = await page.locator('h1').allInnerTexts();
      const alerts = await page.locator('.ds-alert, .ds-error-summary').allInnerTexts();
      error.message += `\n  ${name} is at ${page.url()}: ${[...heading, ...alerts].join(' | ')}`;
      await mkdir(OUT, { recursive: true });
      await page.screenshot({ path: join(OUT, `feilet-${name}.png`), fullPage: true });
    }
    error.message += `\n  Skadehub says:\n${app.log()}`;
    throw error;
  }
}
