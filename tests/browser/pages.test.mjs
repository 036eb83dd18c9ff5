// Every page in its empty, full and error state: markup, axe, narrow screens, keyboard.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';

import { examine, focusIn, launch, person, startsAtSkipLink, witnessed } from './support/browser.mjs';
import { start } from './support/server.mjs';
import { atProvider, firstSignIn } from './support/sign-in.mjs';

let app, browser, handler;
before(async () => {
  [app, browser] = await Promise.all([start(), launch()]);
  handler = await person(browser);
  await firstSignIn(handler, app, 'saksbehandler.fjt');
});
after(async () => {
  await browser?.close();
  await app?.stop();
});

/** A test of one page, which says where it stood when it fails. */
function page(name, work) {
  test(name, () => witnessed(app, { person: handler }, () => work(handler)));
}

/** Goes to `path` and holds the page to everything. */
async function visit(at, path, name) {
  await at.goto(app.portal + path);
  await examine(at, name);
  await startsAtSkipLink(at, name);
}

/** Presses the button and expects the form back, with the focus in the summary of its faults. */
async function refused(at, button, name) {
  await at.getByRole('main').getByRole('button', { name: button, exact: true }).last().click();
  await at.locator('.ds-error-summary').waitFor();
  assert.equal(at.answer.status(), 422, `${name}: the status of a refused form`);
  assert.match(await at.title(), /^Feil: /, `${name}: the title of a refused form`);
  assert.ok(await focusIn(at, '.ds-error-summary'), `${name}: focus is in the summary`);
  for (const link of await at.locator('.ds-error-summary a').all()) {
    const target = await link.getAttribute('href');
    if (target.startsWith('#')) assert.equal(await at.locator(target).count(), 1, `${name}: ${target} exists`);
  }
  await examine(at, name);
}

/** The address of the first link that leads to a page of this kind, from a list. */
async function first(at, list, pattern) {
  await at.goto(app.portal + list);
  const links = await at.locator('main a[href]').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
  const found = links.find((href) => pattern.test(href));
  assert.ok(found, `a link like ${pattern} on ${list}`);
  return found;
}

const INCIDENT = /^\/hendelser\/[0-9a-f-]{36}$/;
const CLAIM = /^\/krav\/[0-9a-f-]{36}$/;

for (const tab of ['oss', 'motpart', 'krav', 'utlopt', 'avsluttet']) {
  page(`the overview, tab ${tab}`, (at) => visit(at, `/?fane=${tab}`, `oversikt-${tab}`));
}

for (const [path, name] of [
  ['/hendelser', 'hendelser'],
  ['/krav', 'krav'],
  ['/sok', 'sok'],
  ['/sok?q=nordlys', 'sok-treff'],
  ['/sok?q=finnes+ikke', 'sok-uten-treff'],
  ['/hendelser?motpart=TFF&saksbehandler=-&fra=1.1.2017&til=2.1.2017', 'hendelser-tom'],
  ['/krav?kid=12344', 'krav-tom'],
  ['/utkast', 'utkast-tom'],
  ['/hjelp', 'hjelp'],
  ['/personvern', 'personvern'],
  ['/tilgjengelighet', 'tilgjengelighet'],
  ['/finnes-ikke', 'feil-404'],
]) {
  page(`${path}`, (at) => visit(at, path, name));
}

page('a list whose filter is not understood', async (at) => {
  await at.goto(`${app.portal}/hendelser?fra=i+g%C3%A5r`);
  assert.ok(await focusIn(at, '.ds-error-summary'), 'focus is in the summary');
  await examine(at, 'hendelser-feil');
});

page('an incident that waits for our answer, and everything below it', async (at) => {
  const incident = await first(at, '/?fane=oss&oppgave=answer_incident', INCIDENT);
  await visit(at, incident, 'hendelse-ny');
  await refused(at, 'Aksepter uten å svare på forslaget', 'hendelse-ny-feil');
  for (const below of ['avvis', 'endre', 'saksbehandler', 'forslag']) {
    await visit(at, `${incident}/${below}`, `hendelse-${below}`);
  }
  await at.goto(`${app.portal}${incident}/avvis`);
  await refused(at, 'Avvis hendelsen', 'hendelse-avvis-feil');
});

for (const [tab, name] of [['motpart', 'hendelse-venter'], ['avsluttet', 'hendelse-avsluttet']]) {
  page(`an incident of the tab ${tab}`, async (at) => visit(at, await first(at, `/?fane=${tab}`, INCIDENT), name));
}

page('a received claim, and its form sent empty', async (at) => {
  await visit(at, await first(at, '/krav?retning=received&status=sent', CLAIM), 'krav-ubesvart');
  await refused(at, 'Bestrid kravet', 'krav-ubesvart-feil');
});

page('a new claim, and its form sent empty', async (at) => {
  const sent = await first(at, '/krav?retning=sent', CLAIM);
  await at.goto(app.portal + sent);
  const incident = await at.locator('main .sh-head a[href^="/hendelser/"]').last().getAttribute('href');
  await visit(at, `${incident}/krav/ny`, 'nytt-krav');
  await refused(at, 'Se over kravet', 'nytt-krav-feil');
});

page('a claim like one sent before, and one with the VAT that the customer gets back', async (at) => {
  await at.goto(`${app.portal}/sok?q=ek+12345`);
  await at.getByRole('heading', { name: 'Hendelse 2026-100087', level: 1 }).waitFor();
  await examine(at, 'hendelse-avtalt');
  const incident = new URL(at.url()).pathname;
  await at.goto(`${app.portal}${incident}/krav/ny`);
  await at.getByLabel('Brutto, kr').fill('61 475,50');
  await at.getByRole('main').getByLabel('KID').fill('2026 1000 8701 7');
  await at.getByRole('main').getByRole('button', { name: 'Se over kravet', exact: true }).last().click();
  await at.getByRole('button', { name: 'Send krav til Nordlys Skadeforsikring' }).click();
  await at.getByRole('heading', { name: 'Kravet er ikke sendt: vi har sendt et likt krav før' }).waitFor();
  assert.ok(await focusIn(at, '.ds-alert'), 'focus is in the warning');
  await examine(at, 'krav-dublett');
  await refused(at, 'Se over kravet', 'krav-dublett-feil');

  await at.goto(`${app.portal}${incident}/endre`);
  await at.getByLabel('Oppgavepliktig, trekker fra mva.').check();
  await at.getByRole('button', { name: 'Lagre endringene' }).click();
  await at.goto(`${app.portal}${incident}/krav/ny`);
  await at.getByRole('main').getByLabel('Type').selectOption('vat');
  await at.getByLabel('Brutto, kr').fill('1 000');
  await at.getByRole('main').getByLabel('KID').fill('2026 1000 8703 3');
  await refused(at, 'Se over kravet', 'krav-mva');
  await at.getByRole('heading', { name: 'Kunden trekker fra mva.' }).waitFor();
});

page('a share follows the amount as it is typed', async (at) => {
  await at.getByLabel('Brutto, kr').fill('1 000');
  const answer = at.waitForResponse((response) => response.url().endsWith('/krav/ny'));
  await at.getByLabel('Brutto, kr').press('Tab');
  await answer;
  await at.locator('#linje-1-andel').filter({ hasNotText: '–' }).waitFor();
  assert.ok(await focusIn(at, 'button, input'), 'focus is where the keyboard left it');
  await at.getByRole('button', { name: 'Legg til underkrav' }).press('Enter');
  await at.locator('#linje-2-type').waitFor();
  assert.ok(await focusIn(at, '#linje-2-type'), 'focus is in the new line');
});

page('a new incident, step by step, and each step sent empty', async (at) => {
  await visit(at, '/hendelser/ny', 'steg-1');
  await refused(at, 'Gå videre', 'steg-1-feil');
  await at.getByRole('main').getByLabel('Skadenummer').fill('FJT-26-77002');
  await at.getByRole('main').getByLabel('Skadedato').fill('1.6.2026');
  await at.locator('#egen-regnr').fill('EK12345');
  await at.locator('#motpart-regnr').fill('EL54321');
  const begun = clockInNorway();
  await at.locator('#motpart-regnr').press('Tab');
  const told = await at.getByText(/^Utkastet er lagret kl\. \d\d\.\d\d\.$/).innerText();
  assert.ok([begun, clockInNorway()].includes(told.slice(-6, -1)), `${told} is the time in Norway`);
  await at.getByRole('button', { name: 'Gå videre' }).click();
  await at.getByRole('main').getByLabel('Sted').waitFor();
  const draft = new URL(at.url()).pathname.replace(/\/hva$/, '');
  for (const [step, name] of [['kjoretoy', 'steg-1-fylt'], ['hva', 'steg-2'], ['ansvar', 'steg-3'], ['se-over', 'steg-4-mangler']]) {
    await visit(at, `${draft}/${step}`, name);
  }
  await at.goto(`${app.portal}${draft}/hva`);
  await refused(at, 'Gå videre', 'steg-2-feil');
  await visit(at, '/utkast', 'utkast');
  await visit(at, `${draft}/slett`, 'utkast-slett');
});

page('a choice that meets another window, made in a page that redraws itself, shows what stands', async (at) => {
  await at.goto(`${app.portal}/utkast`);
  await at.getByRole('main').getByRole('link', { name: 'FJT-26-77002' }).first().click();
  const draft = new URL(at.url()).pathname.replace(/\/[a-z-]+$/, '');
  const other = await at.context().newPage();
  for (const window of [at, other]) await window.goto(`${app.portal}${draft}/ansvar`);
  await other.locator('label[for=kode-203]').click();
  await other.getByRole('heading', { name: 'Valgt: 203' }).waitFor();
  await other.close();
  await at.locator('label[for=kode-405]').click();
  await at.getByRole('heading', { name: 'Noen endret dette mens du skrev' }).waitFor();
  await examine(at, 'utkast-konflikt');
});

page('two windows at the same incident: the slower one sees what stands', async (at) => {
  const incident = await first(at, '/?fane=oss', INCIDENT);
  const other = await at.context().newPage();
  for (const window of [at, other]) await window.goto(`${app.portal}${incident}/endre`);
  const save = async (window, description) => {
    await window.getByRole('main').getByLabel(/Beskrivelse/).fill(description);
    await window.getByRole('button', { name: 'Lagre endringene' }).click();
  };
  await save(other, 'Blå stasjonsvogn');
  await other.locator('.sh-flash').waitFor();
  await other.close();
  await save(at, 'Blå varebil');
  await at.getByRole('heading', { name: 'Noen endret dette mens du skrev' }).waitFor();
  await examine(at, 'konflikt');
});

for (const [username, paths, work] of [
  ['admin.fjt', ['/selskap/brukere', '/selskap/regler', '/selskap/profil', '/selskap/klienter', '/selskap/klienter/fagsystem-fjt/hemmelighet'], companyAdministrator],
  ['revisor.fjt', ['/revisor/historikk', '/revisor/logg', '/revisor/logg?person=ingen', '/revisor/kontroll?kjor=ja'], auditor],
  ['skadehubadmin', ['/forvaltning/selskaper', '/forvaltning/klienter', '/forvaltning/klienter/fagsystem-fjt', '/forvaltning/kodeverk', '/forvaltning/meldinger'], hubAdministrator],
]) {
  test(`the pages of ${username}`, async () => {
    const other = await person(browser);
    await witnessed(app, { other }, async () => {
      await enrolAndGreet(other, username);
      await examine(other, `velkommen-${username}`);
      for (const path of paths) await visit(other, path, path.slice(1).replaceAll(/[/?=]/g, '-'));
      await work(other);
    });
    await other.context().close();
  });
}

async function companyAdministrator(at) {
  await visit(at, '/selskap/brukere/inviter', 'inviter');
  await refused(at, 'Send invitasjon', 'inviter-feil');
  await at.goto(`${app.portal}/selskap/regler`);
  await refused(at, 'Legg til regel', 'regler-feil');
  for (const [direction, handler] of [['Mottatt', 'saksbehandler.fjt'], ['Begge', 'personskade.fjt']]) {
    await at.getByLabel('Sendt eller mottatt').selectOption(direction);
    await at.getByLabel('Går til').selectOption(handler);
    await at.getByRole('button', { name: 'Legg til regel' }).click();
    await at.locator('.sh-flash').waitFor();
  }
  await examine(at, 'regler-endret');
  await at.getByRole('button', { name: 'Prøv reglene på forrige måned' }).click();
  await at.getByRole('button', { name: 'Ta reglene i bruk' }).waitFor();
  await examine(at, 'regler-provd');
  const rival = await at.context().newPage();
  await rival.goto(`${app.portal}/selskap/regler`);
  await rival.getByLabel('Går til').selectOption('personskade.fjt');
  await rival.getByRole('button', { name: 'Legg til regel' }).click();
  await rival.getByRole('button', { name: 'Prøv reglene på forrige måned' }).click();
  await rival.getByRole('button', { name: 'Ta reglene i bruk' }).click();
  await rival.locator('.sh-flash').waitFor();
  await rival.close();
  await at.getByRole('button', { name: 'Ta reglene i bruk' }).click();
  await at.getByRole('heading', { name: 'Noen endret dette mens du skrev' }).waitFor();
  await examine(at, 'regler-konflikt');
  await visit(at, '/selskap/brukere/importer', 'importer');
  await refused(at, 'Se hva som vil skje', 'importer-feil');
  await at.getByLabel('Liste over brukere').fill('brukernavn;navn;epost;roller\nkari.fjt;Kari;kari@fjordtrygd.example;revisor\n');
  await at.getByRole('button', { name: 'Se hva som vil skje' }).click();
  await at.getByRole('button', { name: 'Importer brukerne' }).waitFor();
  await examine(at, 'importer-plan');
  await at.goto(`${app.portal}/selskap/brukere`);
  await at.getByRole('link', { name: 'saksbehandler.fjt' }).click();
  await at.getByRole('button', { name: 'Lagre bruker' }).waitFor();
  const user = new URL(at.url()).pathname;
  await visit(at, user, 'bruker');
  const second = await at.context().newPage();
  await second.goto(app.portal + user);
  await second.getByLabel('Revisor').check();
  await second.getByRole('button', { name: 'Lagre bruker' }).click();
  await second.locator('.sh-flash').waitFor();
  await second.close();
  await at.getByLabel('Navn', { exact: true }).fill('Per Eksempel');
  await at.getByRole('button', { name: 'Lagre bruker' }).click();
  await at.getByRole('heading', { name: 'Noen endret dette mens du skrev' }).waitFor();
  await examine(at, 'bruker-konflikt');
  await visit(at, `${user}/steng`, 'steng');
  await refused(at, 'Steng saksbehandler.fjt ute', 'steng-feil');
}

async function auditor(at) {
  await at.goto(`${app.portal}/revisor/logg?fra=i+fjor`);
  assert.ok(await focusIn(at, '.ds-error-summary'), 'focus is in the summary');
  await examine(at, 'revisor-logg-feil');
  await at.goto(`${app.portal}/revisor/historikk?type=claim_sent`);
  const saved = at.waitForEvent('download');
  await at.getByRole('link', { name: 'Excel (XLSX)' }).click();
  assert.match((await saved).suggestedFilename(), /^skadehub-historikk-.*\.xlsx$/);
}

async function hubAdministrator(at) {
  await visit(at, '/forvaltning/selskaper/nytt', 'nytt-selskap');
  await refused(at, 'Lagre selskap', 'nytt-selskap-feil');
  await at.getByLabel('Selskapskode').fill('VST');
  await at.getByLabel('Navn', { exact: true }).fill('Vestavind Forsikring');
  await at.getByLabel('Organisasjonsnummer').fill('310 412 775');
  await at.getByLabel('Deltakelse').selectOption('individual');
  await at.getByRole('button', { name: 'Lagre selskap' }).click();
  await at.getByRole('link', { name: 'Inviter den første administratoren' }).click();
  await at.getByRole('button', { name: 'Send invitasjon' }).waitFor();
  await examine(at, 'forste-administrator');
  await refused(at, 'Send invitasjon', 'forste-administrator-feil');
  await visit(at, '/forvaltning/selskaper/FJT', 'selskap');
  await visit(at, '/forvaltning/selskaper/FJT/brukere', 'selskap-foresporsel');
  await refused(at, 'Før forespørselen og vis brukerne', 'selskap-foresporsel-feil');
  await at.getByLabel('Hvem i selskapet ba om det?').fill('Ola Leder');
  await at.getByLabel('Hva trenger selskapet hjelp til?').fill('Administratoren har mistet telefonen');
  await at.getByRole('button', { name: 'Før forespørselen og vis brukerne' }).click();
  await at.locator('.sh-flash').waitFor();
  await visit(at, '/forvaltning/selskaper/FJT/brukere', 'selskap-brukere');
  await at.getByRole('link', { name: 'saksbehandler.fjt' }).click();
  await at.getByRole('button', { name: 'Steng saksbehandler.fjt ute' }).waitFor();
  await examine(at, 'selskap-bruker');
  await visit(at, '/forvaltning/klienter/ny', 'ny-klient');
  await refused(at, 'Lagre klient', 'ny-klient-feil');
  await visit(at, '/forvaltning/kodeverk/coverages/ny', 'ny-utgave');
  await refused(at, 'Se hva som blir endret', 'ny-utgave-feil');
  await at.goto(`${app.portal}/forvaltning/meldinger`);
  await at.getByLabel('Tekst').fill('');
  await refused(at, 'Lagre melding', 'meldinger-feil');
}

test('the pages of signing in, with a wrong code, and of signing out', async () => {
  const other = await person(browser);
  await witnessed(app, { other }, async () => {
    await atProvider(other, app, 'saksbehandler.nls');
    await other.getByRole('heading', { name: 'Sett opp engangskode' }).waitFor();
    await examine(other, 'oppsett');
    await other.getByLabel('Engangskode').fill('12');
    await other.getByRole('button', { name: 'Bekreft og fortsett' }).click();
    await other.locator('.ds-error-summary').waitFor();
    await examine(other, 'oppsett-feil');
    await other.getByRole('button', { name: 'Logg ut' }).first().click();
    await other.getByRole('heading', { level: 1 }).waitFor();

    const { recovery } = await firstSignIn(other, app, 'saksbehandler.nls', (name) => examine(other, name));
    await other.locator('.sh-menu summary').click();
    await other.getByRole('button', { name: 'Logg ut' }).click();
    await other.getByRole('heading', { level: 1 }).waitFor();
    await examine(other, 'logget-ut');

    await atProvider(other, app, 'saksbehandler.nls');
    await other.getByRole('heading', { name: 'Skriv engangskoden' }).waitFor();
    await examine(other, 'kode');
    await other.getByLabel('Engangskode').fill('000000');
    await other.getByRole('main').getByRole('button', { name: 'Logg inn' }).click();
    await other.locator('.ds-error-summary').waitFor();
    await examine(other, 'kode-feil');
    await other.getByRole('link', { name: 'Bruk en gjenopprettingskode' }).click();
    await other.getByRole('heading', { name: 'Bruk en gjenopprettingskode' }).waitFor();
    await examine(other, 'gjenoppretting');
    await other.getByLabel('Gjenopprettingskode').fill(recovery[0]);
    await other.getByRole('main').getByRole('button', { name: 'Logg inn' }).click();
    await other.getByRole('heading', { name: 'Oversikt', level: 1 }).waitFor();
  });
  await other.context().close();
});

test('a form sent after the session has ended is kept, and goes on after signing in', async () => {
  const other = await person(browser);
  await witnessed(app, { other }, async () => {
    const { recovery } = await firstSignIn(other, app, 'personskade.fjt');
    await other.goto(app.portal + (await first(other, '/?fane=motpart', INCIDENT)));
    await other.getByLabel(/^Ny melding til/).fill('Kan dere se på dette før helgen?');
    await endSessionElsewhere(other.context());
    await other.getByRole('button', { name: 'Send melding' }).click();
    await other.locator('button[name=demo][value="personskade.fjt"]').click();
    await other.getByRole('link', { name: 'Bruk en gjenopprettingskode' }).click();
    await other.getByLabel('Gjenopprettingskode').fill(recovery[0]);
    await other.getByRole('main').getByRole('button', { name: 'Logg inn' }).click();
    await other.getByRole('heading', { name: 'Vi tok vare på det du skrev' }).waitFor();
    await other.getByText('Kan dere se på dette før helgen?').waitFor();
    await examine(other, 'tatt-vare-paa');
    await other.getByRole('button', { name: 'Fortsett' }).click();
    await other.locator('.sh-messages').getByText('Kan dere se på dette før helgen?').waitFor();
  });
  await other.context().close();
});

test('where one is signed in, a new app, and a failed sign-in', async () => {
  const [other, elsewhere] = [await person(browser), await person(browser)];
  await witnessed(app, { other, elsewhere }, async () => {
    const { recovery } = await firstSignIn(other, app, 'saksbehandler.tnd');
    await atProvider(elsewhere, app, 'saksbehandler.tnd');
    await elsewhere.getByRole('link', { name: 'Bruk en gjenopprettingskode' }).click();
    await elsewhere.getByLabel('Gjenopprettingskode').fill(recovery[0]);
    await elsewhere.getByRole('main').getByRole('button', { name: 'Logg inn' }).click();
    await elsewhere.getByRole('heading', { name: 'Oversikt', level: 1 }).waitFor();

    await other.locator('.sh-menu summary').click();
    await other.getByRole('link', { name: 'Mine økter' }).click();
    await other.getByText('Denne nettleseren').waitFor();
    await examine(other, 'okter');
    await startsAtSkipLink(other, 'okter');
    await other.getByRole('button', { name: /^Logg ut der/ }).click();
    await other.getByText('Du er logget ut der.').waitFor();
    await elsewhere.goto(`${app.portal}/hendelser`);
    await elsewhere.getByRole('heading', { name: 'Skriv engangskoden' }).waitFor();

    await visit(other, '/logg-inn/ny-app', 'ny-app');
    await other.getByLabel('Engangskode').fill('000000');
    await refused(other, 'Bytt app', 'ny-app-feil');

    await other.goto(`${app.portal}/okter`);
    await other.getByRole('button', { name: 'Logg ut overalt' }).click();
    await other.getByRole('heading', { name: 'Du er logget ut' }).waitFor();
    await other.goto(`${app.portal}/logg-inn/retur?state=abcdefghijklmnop&code=x`);
    await examine(other, 'innlogging-feilet');
  });
  for (const page of [other, elsewhere]) await page.context().close();
});

test('two minutes before the session ends there is a warning, and a key press to stay', async () => {
  const other = await person(browser);
  await witnessed(app, { other }, async () => {
    await firstSignIn(other, app, 'saksbehandler.skg');
    await other.clock.install();
    await other.goto(`${app.portal}/hendelser`);
    await other.clock.fastForward('26:55');
    const dialog = other.getByRole('dialog', { name: 'Du blir snart logget ut' });
    assert.equal(await dialog.isVisible(), false);
    await other.clock.fastForward('00:10');
    await dialog.waitFor();
    await examine(other, 'okt-varsel');
    const stayed = other.waitForResponse((response) => response.url().endsWith('/logg-inn/forleng'));
    await other.keyboard.press('Enter');
    assert.equal((await stayed).status(), 204);
    await dialog.waitFor({ state: 'hidden' });

    await other.clock.fastForward('29:05');
    await other.getByRole('dialog', { name: 'Du er logget ut' }).waitFor();
  });
  await other.context().close();
});

test("the API's document is drawn for people, without asking for more than the policy allows", async () => {
  const other = await person(browser);
  await witnessed(app, { other }, async () => {
    await other.goto(`${app.portal}/api/v1/docs`);
    await other.getByText('/incidents/{id}/accept').first().waitFor();
    const { paths } = await (await other.request.get(`${app.portal}/api/v1/openapi.json`)).json();
    const operations = Object.values(paths).flatMap((path) => Object.keys(path));
    assert.equal(await other.locator('.opblock').count(), operations.length, 'every operation is shown');
    assert.deepEqual(other.faults, [], 'faults in the console');
  });
  await other.context().close();
});

/** «14.05». */
function clockInNorway() {
  const time = new Intl.DateTimeFormat('nb-NO', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Oslo' });
  return time.format(new Date()).replace(':', '.');
}

/** Signs out at the provider, which tells the portal; the browser keeps its cookie. */
async function endSessionElsewhere(context) {
  const page = await context.newPage();
  await page.goto(`${app.sandbox}/realms/skadehub/protocol/openid-connect/logout`);
  await page.getByRole('button', { name: 'Logg ut' }).click();
  await page.getByText('Du er logget ut.').waitFor();
  await page.close();
}

async function enrolAndGreet(at, username) {
  await firstSignIn(at, app, username);
  await at.getByRole('heading', { name: 'Velkommen til Skadehub' }).waitFor();
}
