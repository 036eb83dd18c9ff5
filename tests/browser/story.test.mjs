// The story in a browser as people have it; every page on the way is examined.

import test, { after, before } from 'node:test';

import { tell } from './story.mjs';
import { examine, launch, person, witnessed } from './support/browser.mjs';
import { start } from './support/server.mjs';

let app, browser;
before(async () => {
  [app, browser] = await Promise.all([start(), launch()]);
});
after(async () => {
  await browser?.close();
  await app?.stop();
});

test('from the first sign-in to a paid claim', async () => {
  const [fjt, nls] = [await person(browser), await person(browser)];
  await witnessed(app, { fjt, nls }, () => tell({ app, fjt, nls, look: examine }));
});
