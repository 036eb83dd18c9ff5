// The whole story of one collision, told by two handlers in their browsers.
//
// Only what a person sees is used: links, buttons and fields by their words. The same story is
// told with and without JavaScript.

import assert from 'node:assert/strict';

import { firstSignIn } from './support/sign-in.mjs';

const REFERENCE = 'FJT-26-77001';
const THEIR_REFERENCE = 'NLS-26-55810';
// Right under MOD10.
const KID = '2026100123010';

/**
 * `look(page, name)` is called at every page worth a look.
 */
export async function tell({ app, fjt, nls, look }) {
  await signIn(app, fjt, nls);
  await sendIncident(fjt, look);
  await acceptAndPropose(nls, look);
  await agree(fjt, look);
  await sendClaim(fjt, look);
  await answerClaim(nls, look);
  await confirmPayment(fjt, look);
  await findItAgain(nls, look);
}

async function signIn(app, fjt, nls) {
  await firstSignIn(fjt, app, 'saksbehandler.fjt');
  await firstSignIn(nls, app, 'saksbehandler.nls');
  for (const page of [fjt, nls]) await heading(page, 'Oversikt');
}

/** FJT composes an incident, sees it over and sends it with a proposal. */
async function sendIncident(page, look) {
  await page.getByRole('link', { name: 'Ny hendelse', exact: true }).click();
  await field(page, 'Skadenummer').fill(REFERENCE);
  await field(page, 'Skadedato').fill(dayBefore(3));
  await field(page, 'Registreringsnummer').nth(0).fill('ek 12345');
  await field(page, 'Registreringsnummer').nth(1).fill('EL54321');
  await page.getByRole('button', { name: 'Slå opp' }).nth(1).click();
  await page.locator('#motpart-svar').getByText('Nordlys').first().waitFor();
  await look(page, 'ny-hendelse-kjoretoy');
  await page.getByRole('button', { name: 'Gå videre' }).click();

  await field(page, 'Sted').fill('Krysset Strandveien og Møllebakken');
  await field(page, 'Beskrivelse').fill('Vår bil kjørte rett fram på grønt lys. Motparten svingte til venstre.');
  await field(page, 'Dekningsomfang').selectOption({ label: 'Kasko' });
  await look(page, 'ny-hendelse-hva');
  await page.getByRole('button', { name: 'Gå videre' }).click();

  await page.locator('label[for=kode-203]').click();
  await page.locator('label[for=a-oss]').click();
  await look(page, 'ny-hendelse-ansvar');
  await page.getByRole('button', { name: 'Gå til forhåndsvisning' }).click();

  await heading(page, 'Se over før du sender');
  await look(page, 'ny-hendelse-se-over');
  await page.getByRole('button', { name: 'Send hendelse til Nordlys Skadeforsikring' }).click();
  await flash(page, 'sendt til Nordlys');
  await look(page, 'hendelse-sendt');
}

/** NLS finds it on the overview, accepts being the right party and proposes another split. */
async function acceptAndPropose(page, look) {
  await page.getByRole('link', { name: 'Oversikt', exact: true }).click();
  await look(page, 'oversikt-venter-paa-oss');
  await search(page, 'ek 12345');
  await page.getByRole('link', { name: /^Svar på ny hendelse.*, EL54321 mot EK12345/ }).click();
  await heading(page, 'Hendelse: EL54321 mot EK12345');
  await look(page, 'hendelse-mottatt');
  await field(page, 'Vårt skadenummer').fill(THEIR_REFERENCE);
  await field(page, 'Dekningsomfang').selectOption({ label: 'Kasko' });
  await page.getByRole('button', { name: 'Aksepter og send motforslag' }).click();

  await page.locator('label[for=kode-999]').click();
  await page.getByRole('radio', { name: /Oss 3\/4/ }).check();
  await field(page, 'Begrunnelse').fill('Også EK12345 holdt for høy fart.');
  await look(page, 'motforslag');
  await page.getByRole('button', { name: 'Aksepter og send motforslag til Fjordtrygd Forsikring' }).last().click();
  await page.getByText('Vi venter på Fjordtrygd Forsikring').first().waitFor();
}

/** FJT accepts the counter-proposal: liability is agreed. */
async function agree(page, look) {
  await search(page, REFERENCE);
  await heading(page, `Hendelse ${REFERENCE}`);
  await look(page, 'hendelse-forslag');
  await page.getByRole('button', { name: 'Godta forslag 2 og avtal ansvaret' }).click();
  await page.getByText('Ansvar avtalt').first().waitFor();
  await look(page, 'hendelse-avtalt');
}

/** FJT claims Nordlys' 3/4 of two lines; a wrong KID comes back with its reason. */
async function sendClaim(page, look) {
  await page.getByRole('link', { name: 'Nytt krav' }).click();
  await heading(page, 'Nytt krav til Nordlys Skadeforsikring');
  await field(page, 'Type').selectOption({ label: 'Reparasjon' });
  await field(page, 'Beskrivelse').fill('Verksted, faktura 8812');
  await field(page, 'Brutto, kr').fill('48.250,00');
  await page.getByRole('button', { name: 'Legg til underkrav' }).click();
  const second = page.getByRole('group', { name: 'Underkrav 2' });
  await second.getByLabel('Type').selectOption({ label: 'Leiebil' });
  await second.getByLabel('Brutto, kr').fill('kr 6400,5');
  await field(page, 'KID').fill('2026 1001 2301 9');
  await page.getByRole('button', { name: 'Se over kravet' }).last().click();

  await page.getByText('Rett feilen:').waitFor();
  assert.match(await page.title(), /^Feil: /);
  assert.equal(await field(page, 'KID').inputValue(), '2026 1001 2301 9', 'what was typed is kept');
  await page.getByRole('link', { name: /Kontrollsifferet stemmer verken/ }).waitFor();
  await look(page, 'krav-feil');

  await field(page, 'KID').fill(KID);
  await page.getByRole('button', { name: 'Se over kravet' }).last().click();
  await heading(page, 'Se over kravet før du sender');
  assert.equal(await spoken(page.locator('.sh-total dd').last()), '40 987,88 kr');
  await look(page, 'krav-se-over');
  await page.getByRole('button', { name: 'Send krav til Nordlys Skadeforsikring' }).click();
  await flash(page, 'Kravet er sendt til Nordlys Skadeforsikring.');
  await look(page, 'krav-sendt');
}

/** NLS books the claim, accepts it and reports the payment. */
async function answerClaim(page, look) {
  await page.getByRole('link', { name: 'Krav', exact: true }).click();
  await look(page, 'kravliste');
  await search(page, KID);
  await heading(page, 'Krav 1 fra Fjordtrygd Forsikring');
  await look(page, 'krav-mottatt');
  await field(page, 'Vårt bilagsnummer').fill('77120');
  await page.getByRole('button', { name: 'Registrer kravet' }).click();
  await flash(page, 'Krav 1 er registrert.');
  await page.getByRole('button', { name: 'Godta kravet' }).click();
  await flash(page, 'Krav 1 er godtatt.');
  assert.equal(await spoken(field(page, 'Beløp, kr'), (field) => field.inputValue()), '40 987,88');
  await page.getByRole('button', { name: 'Meld betaling' }).click();
  await flash(page, 'Betalingen av krav 1 er meldt.');
  await look(page, 'krav-betalt');
}

/** FJT confirms the payment: the claim is settled on both sides. */
async function confirmPayment(page, look) {
  await page.reload();
  await page.getByRole('button', { name: /Bekreft/ }).click();
  await page.getByText('Bekreftet av begge', { exact: true }).waitFor();
  await page.getByRole('heading', { name: 'Kravet er betalt' }).waitFor();
  await look(page, 'krav-gjort-opp');
}

/** The search box understands a KID. */
async function findItAgain(page, look) {
  await search(page, '2026 1001 2301 0');
  await page.getByText(REFERENCE).first().waitFor();
  await look(page, 'sok-kid');
}

/** A field of the page itself, not of the search box above it. */
function field(page, label) {
  return page.getByRole('main').getByLabel(label);
}

async function search(page, text) {
  await page.getByRole('search').getByRole('searchbox').fill(text);
  await page.getByRole('search').getByRole('button', { name: 'Søk' }).click();
}

async function heading(page, name) {
  await page.getByRole('heading', { name, level: 1 }).waitFor();
}

async function flash(page, text) {
  await page.locator('.sh-flash').getByText(text).waitFor();
}

/** Text with ordinary spaces. */
async function spoken(locator, read = (it) => it.innerText()) {
  return (await read(locator)).replaceAll('\u00a0', ' ').trim();
}

/** A date so many days ago, as people write it. */
function dayBefore(days) {
  const day = new Date(Date.now() - days * 86_400_000);
  return new Intl.DateTimeFormat('nb-NO', { day: 'numeric', month: 'numeric', year: 'numeric', timeZone: 'Europe/Oslo' }).format(day);
}
