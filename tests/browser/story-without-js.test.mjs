// The same story with JavaScript off: nothing on the way needs it.

import test, { after, before } from 'node:test';

import { tell } from './story.mjs';
import { launch, person, screenshot, witnessed } from './support/browser.mjs';
import { start } from './support/server.mjs';

let app, browser;
before(async () => {
  [app, browser] = await Promise.all([start(), launch()]);
});
after(async () => {
  await browser?.close();
  await app?.stop();
});

test('from the first sign-in to a paid claim, without JavaScript', async () => {
  const plain = { javaScript: false };
  const [fjt, nls] = [await person(browser, plain), await person(browser, plain)];
  const look = (page, name) => screenshot(page, `uten-js-${name}`);
  await witnessed(app, { fjt, nls }, () => tell({ app, fjt, nls, look }));
});
