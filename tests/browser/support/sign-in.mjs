// Signing in as people do: the provider's page, then a one-time code from an app of their own.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';

/**
 * Signs in somebody who has never been here: enrols, keeps the secret, ends on their first page.
 * `look(name)` is called at the page that shows the recovery codes.
 */
export async function firstSignIn(page, app, username, look = async () => {}) {
  await atProvider(page, app, username);
  return enrol(page, look);
}

/** From the page that sets up the one-time code to the first page, by way of the recovery codes. */
export async function enrol(page, look = async () => {}) {
  await page.getByRole('heading', { name: 'Sett opp engangskode', level: 1 }).waitFor();
  const secret = await shownSecret(page);
  await page.reload();
  assert.equal(await shownSecret(page), secret, 'reloading shows the same pending secret');
  await page.getByLabel('Engangskode').fill(code(secret, Date.now()));
  await page.getByRole('button', { name: 'Bekreft og fortsett' }).click();
  await page.getByRole('heading', { name: 'Gjenopprettingskoder', level: 1 }).waitFor();
  const recovery = await page.locator('.sh-recovery li').allInnerTexts();
  assert.equal(recovery.length, 10, 'ten recovery codes');
  await look('gjenopprettingskoder');
  await page.getByRole('link', { name: 'Jeg har tatt vare på kodene' }).click();
  await page.getByRole('heading', { level: 1, name: /^(Oversikt|Velkommen)/ }).waitFor();
  return { secret, recovery };
}

/** The provider's page, answered with one press. */
export async function atProvider(page, app, username) {
  await page.goto(`${app.portal}/`);
  const begin = page.getByRole('link', { name: /Logg inn/ });
  if (await begin.count()) await begin.first().click();
  await page.locator(`button[name=demo][value="${username}"]`).click();
}

/** The code of a secret in base32 at a time in milliseconds: RFC 6238, SHA-1, 30 s, 6 digits. */
export function code(secret, at) {
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const hash = createHmac('sha1', fromBase32(secret)).update(step).digest();
  const offset = hash[hash.length - 1] & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

async function shownSecret(page) {
  const groups = await page.locator('.sh-secret span').allInnerTexts();
  return groups.join('').replaceAll(/\s/g, '');
}

function fromBase32(text) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}
