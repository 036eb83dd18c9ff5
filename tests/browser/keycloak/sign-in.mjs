// Sign-in by a real Keycloak: what its realm allows, people in a browser, core systems at the API.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, person, screenshot, witnessed } from '../support/browser.mjs';
import { Admin, authorize, basic, clientKey, token } from '../support/keycloak.mjs';
import { start } from '../support/server.mjs';
import { enrol } from '../support/sign-in.mjs';

const HANDLER = 'saksbehandler.fjt';
let app;
let admin;
let browser;

before(async () => {
  [app, browser] = await Promise.all([start({ keycloak: true }), launch()]);
  admin = new Admin(app);
});

after(async () => {
  await browser?.close();
  await app?.stop();
});

test('the realm is as it was written', async (t) => {
  const realm = await admin.call('GET', '/');
  const clients = await admin.call('GET', '/clients');

  await t.test('guessing is slowed down, sessions and codes are short', () => {
    const held = {
      bruteForceProtected: true, permanentLockout: false, failureFactor: 5, registrationAllowed: false,
      resetPasswordAllowed: false, rememberMe: false, editUsernameAllowed: false, accessCodeLifespan: 60,
      accessTokenLifespan: 300, ssoSessionIdleTimeout: 1800, ssoSessionMaxLifespan: 43200,
      revokeRefreshToken: true, refreshTokenMaxReuse: 0, sslRequired: 'external', eventsEnabled: true, adminEventsEnabled: true,
    };
    for (const [name, value] of Object.entries(held)) assert.equal(realm[name], value, name);
    assert.match(realm.passwordPolicy, /length\(12\).*notUsername.*argon2/);
  });

  await t.test('the portal signs people in at its own addresses alone', () => {
    const portal = clients.find((it) => it.clientId === 'skadehub-portal');
    assert.deepEqual(portal.redirectUris, [`${app.portal}/logg-inn/retur`]);
    assert.deepEqual(portal.webOrigins, []);
    const attributes = {
      'post.logout.redirect.uris': `${app.portal}/logg-ut/ferdig`,
      'backchannel.logout.url': `${app.portal}/logg-ut/kanal`,
      'backchannel.logout.session.required': 'true',
      'pkce.code.challenge.method': 'S256',
      'use.refresh.tokens': 'false',
    };
    for (const [name, value] of Object.entries(attributes)) assert.equal(portal.attributes[name], value, name);
  });

  await t.test('no client is public, takes passwords, uses the implicit flow or gives every role', () => {
    const usable = clients.filter((it) => it.enabled && !it.bearerOnly && it.clientId !== 'realm-management');
    assert.ok(usable.length >= 2);
    for (const it of usable) {
      const told = [it.publicClient, it.directAccessGrantsEnabled, it.implicitFlowEnabled, it.fullScopeAllowed];
      assert.deepEqual(told, [false, false, false, false], it.clientId);
      assert.ok(it.redirectUris.every((uri) => !uri.includes('*')), it.clientId);
    }
    const off = clients.filter((it) => !it.enabled).map((it) => it.clientId);
    assert.deepEqual(off.sort(), ['account', 'account-console', 'admin-cli', 'broker', 'security-admin-console']);
  });

  await t.test('every client is held to the policy', async () => {
    const { policies } = await admin.call('GET', '/client-policies/policies');
    assert.deepEqual(policies.map((it) => [it.enabled, it.conditions[0].condition, it.profiles]), [[true, 'any-client', ['rfc-9700']]]);
    const late = { protocol: 'openid-connect', standardFlowEnabled: true, publicClient: false };
    await admin.call('POST', '/clients', { ...late, clientId: 'jokertegn', redirectUris: [`${app.portal}/*`] }, [400]);
    const loose = { ...late, clientId: 'slapp', redirectUris: [`${app.portal}/slapp`], directAccessGrantsEnabled: true, implicitFlowEnabled: true };
    await admin.call('POST', '/clients', loose);
    const held = await admin.client('slapp');
    assert.deepEqual([held.directAccessGrantsEnabled, held.implicitFlowEnabled, held.fullScopeAllowed], [false, false, false]);
    await admin.call('PUT', `/clients/${held.id}`, { ...held, publicClient: true });
    const asked = { client_id: 'slapp', redirect_uri: `${app.portal}/slapp`, scope: 'openid' };
    assert.notEqual((await authorize(app, asked)).error, null, 'a public client cannot be used');
    await admin.call('DELETE', `/clients/${held.id}`);
  });
});

test('a request to sign in must be right in every part', async () => {
  assert.deepEqual(await authorize(app), { status: 200, error: null });
  for (const redirect_uri of [`${app.portal}/logg-inn/retur/`, `${app.portal}/`, 'https://ond.example/logg-inn/retur']) {
    assert.deepEqual(await authorize(app, { redirect_uri }), { status: 400, error: null }, redirect_uri);
  }
  const told = async (changes) => (await authorize(app, changes)).error;
  assert.equal(await told({ code_challenge: undefined, code_challenge_method: undefined }), 'invalid_request');
  assert.equal(await told({ code_challenge_method: 'plain' }), 'invalid_request');
  assert.equal(await told({ response_type: 'token' }), 'unauthorized_client');
  assert.equal(await told({ scope: 'openid offline_access' }), 'invalid_scope');
});

test('a person signs in with password and one-time code, and what ends at either end ends at both', async () => {
  const page = await person(browser);
  await witnessed(app, { page }, async () => {
    await atKeycloak(page);
    await screenshot(page, 'keycloak-innlogging');
    await giveDetails(page, HANDLER, 'feil passord');
    await refusedDetails(page);
    await giveDetails(page, HANDLER, HANDLER);
    const { recovery } = await enrol(page);
    const { id } = await admin.user(HANDLER);

    await page.locator('.sh-menu summary').click();
    await page.getByRole('button', { name: 'Logg ut' }).click();
    await heading(page, 'Du er logget ut');
    assert.deepEqual(await admin.call('GET', `/users/${id}/sessions`), [], 'the session at Keycloak has ended');

    await atKeycloak(page);
    await giveDetails(page, HANDLER, HANDLER);
    await giveRecoveryCode(page, recovery[0]);
    await heading(page, 'Oversikt');
    const [session] = await admin.call('GET', `/users/${id}/sessions`);
    // Answers once the portal has been told.
    await admin.call('DELETE', `/sessions/${session.id}`);
    await page.goto(`${app.portal}/hendelser`);
    await page.locator('#kc-login').waitFor();
  });
  await page.context().close();
});

test('who has no membership is told whom to ask, and who is disabled does not get in', async () => {
  const page = await person(browser);
  await witnessed(app, { page }, async () => {
    const password = 'et langt passord';
    const user = {
      username: 'ny.bruker', enabled: true, firstName: 'Ny', lastName: 'Bruker', email: 'ny.bruker@skadehub.example', emailVerified: true,
      credentials: [{ type: 'password', value: password }],
    };
    await admin.call('POST', '/users', { ...user, credentials: [{ type: 'password', value: 'ny.bruker' }] }, [400]);
    await admin.call('POST', '/users', user);
    await atKeycloak(page);
    await giveDetails(page, user.username, password);
    await heading(page, 'Du har ikke tilgang ennå');

    const { id } = await admin.user(user.username);
    await admin.call('PUT', `/users/${id}`, { enabled: false });
    await page.context().clearCookies();
    await atKeycloak(page);
    await giveDetails(page, user.username, password);
    await page.getByText('Kontoen er slått av.').waitFor();
  });
  await page.context().close();
});

test('whom a company invites gets an account and signs in, and whom it shuts out is out within five seconds', async () => {
  const [boss, invited] = await Promise.all([person(browser), person(browser)]);
  const [username, password] = ['ny.fjt', 'et langt passord'];
  await witnessed(app, { boss, invited }, async () => {
    await atKeycloak(boss);
    await giveDetails(boss, 'admin.fjt', 'admin.fjt');
    await enrol(boss);
    await boss.goto(`${app.portal}/selskap/brukere/inviter`);
    await boss.getByLabel('Brukernavn').fill(username);
    await boss.getByLabel('Navn', { exact: true }).fill('Ny Bruker');
    await boss.getByLabel('E-post').fill('ny@fjordtrygd.example');
    await boss.getByLabel('Saksbehandler', { exact: true }).check();
    await boss.getByRole('button', { name: 'Send invitasjon' }).click();
    await boss.locator('.sh-flash').getByText('Ny Bruker er invitert. E-post er sendt').waitFor();
    const account = await admin.user(username);
    const { enabled, email, firstName, lastName, requiredActions } = account;
    assert.deepEqual([enabled, email, firstName, lastName], [true, 'ny@fjordtrygd.example', 'Ny', 'Bruker']);
    assert.deepEqual(requiredActions, ['UPDATE_PASSWORD']);

    // The link in Keycloak's own mail leads to the page that asks for a password; this realm has no mail server.
    await admin.call('PUT', `/users/${account.id}/reset-password`, { type: 'password', value: 'et annet passord', temporary: true });
    await atKeycloak(invited);
    await giveDetails(invited, username, 'et annet passord');
    await invited.locator('#password-new').fill(password);
    await invited.locator('#password-confirm').fill(password);
    await invited.locator('[type=submit]').first().click();
    await enrol(invited);
    assert.equal((await admin.call('GET', `/users/${account.id}/sessions`)).length, 1);

    await boss.goto(`${app.portal}/selskap/brukere`);
    await boss.getByRole('link', { name: 'Ny Bruker' }).click();
    await boss.getByRole('link', { name: 'Steng brukeren ute' }).click();
    await boss.getByLabel('Hvem overtar?').selectOption('-');
    const pressed = Date.now();
    await boss.getByRole('button', { name: `Steng ${username} ute` }).click();
    await boss.getByText('Ny Bruker er stengt ute.').waitFor();
    await invited.goto(`${app.portal}/hendelser`);
    await invited.locator('#kc-login').waitFor();
    assert.ok(Date.now() - pressed < 5_000, `out after ${Date.now() - pressed} ms`);
    const after = await admin.user(username);
    assert.deepEqual([after.enabled, after.email], [false, 'ny@fjordtrygd.example']);
    assert.deepEqual(await admin.call('GET', `/users/${account.id}/sessions`), []);
    await giveDetails(invited, username, password);
    await invited.getByText('Kontoen er slått av.').waitFor();

    await boss.getByRole('button', { name: 'Gi tilgang igjen' }).click();
    await boss.locator('.sh-flash').waitFor();
    assert.equal((await admin.user(username)).enabled, true);
  });
  await Promise.all([boss, invited].map((page) => page.context().close()));
});

test('guessing a password is slowed down, also for the right one', async () => {
  const page = await person(browser);
  const username = 'saksbehandler.tnd';
  await witnessed(app, { page }, async () => {
    await atKeycloak(page);
    for (let guess = 0; guess < 5; guess++) {
      await giveDetails(page, username, `gjetning ${guess}`);
      await refusedDetails(page);
    }
    await giveDetails(page, username, username);
    await refusedDetails(page);
    const { id } = await admin.user(username);
    assert.equal((await admin.call('GET', `/attack-detection/brute-force/users/${id}`)).disabled, true);
  });
  await page.context().close();
});

test('a core system gets in at the API with a token of its own, by secret or by key', async (t) => {
  const grant = { grant_type: 'client_credentials' };
  const secret = basic('fagsystem-fjt', 'demo-fjt-secret');

  await t.test('by secret, with the scopes it has', async () => {
    const { body } = await token(app, grant, secret);
    assert.equal(await api(body.access_token), 200);
    assert.equal((await token(app, grant, basic('fagsystem-fjt', 'feil'))).status, 401);
    assert.equal((await token(app, { ...grant, scope: 'skadehub.act-for' }, secret)).body.error, 'invalid_scope');
    assert.equal((await token(app, { grant_type: 'password', username: HANDLER, password: HANDLER }, secret)).body.error, 'unauthorized_client');
  });

  await t.test('by key (private_key_jwt), each assertion once', async () => {
    const key = clientKey();
    const client = await admin.client('fagsystem-nls');
    const attributes = { ...client.attributes, 'use.jwks.string': 'true', 'jwks.string': key.jwks, 'token.endpoint.auth.signing.alg': 'ES256' };
    await admin.call('PUT', `/clients/${client.id}`, { ...client, clientAuthenticatorType: 'client-jwt', attributes });
    const form = {
      ...grant,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: key.assertion(app, 'fagsystem-nls'),
    };
    const { body } = await token(app, form);
    assert.equal(await api(body.access_token), 200);
    assert.ok((await token(app, form)).status >= 400, 'an assertion is used once');
    const forged = { ...form, client_assertion: clientKey().assertion(app, 'fagsystem-nls') };
    assert.ok((await token(app, forged)).status >= 400, "another's key");
    assert.ok((await token(app, grant, basic('fagsystem-nls', 'demo-nls-secret'))).status >= 400, 'the secret no longer counts');
  });

  await t.test("not with the portal's token for Keycloak's Admin API", async () => {
    const portal = basic('skadehub-portal', 'demo-portal-secret');
    const { body } = await token(app, { ...grant, scope: 'skadehub.people' }, portal);
    assert.equal(await api(body.access_token), 401);
    const admits = async (path) => (await fetch(`${app.keycloak}/admin/realms/skadehub/${path}`, { headers: bearer(body.access_token) })).status;
    assert.deepEqual(await Promise.all(['users', 'clients', 'events'].map(admits)), [200, 403, 403]);
    const plain = await token(app, { ...grant, scope: 'skadehub.read' }, portal);
    const users = await fetch(`${app.keycloak}/admin/realms/skadehub/users`, { headers: bearer(plain.body.access_token) });
    assert.equal(users.status, 403, 'a token for the API opens nothing at Keycloak');
  });
});

function bearer(accessToken) {
  return { authorization: `Bearer ${accessToken}` };
}

/** The status of a list asked for with this token. */
async function api(accessToken) {
  return (await fetch(`${app.portal}/api/v1/incidents`, { headers: bearer(accessToken) })).status;
}

async function atKeycloak(page) {
  await page.goto(`${app.portal}/`);
  await page.locator('#kc-login').waitFor();
}

/** What is typed at Keycloak, whose pages are not ours: found by their ids. */
async function giveDetails(page, username, password) {
  await page.locator('#username').fill(username);
  await page.locator('#password').fill(password);
  await page.locator('#kc-login').click();
}

function refusedDetails(page) {
  return page.locator('#input-error-username').waitFor();
}

async function giveRecoveryCode(page, recoveryCode) {
  await page.getByRole('link', { name: 'Bruk en gjenopprettingskode' }).click();
  await page.getByLabel('Gjenopprettingskode').fill(recoveryCode);
  await page.getByRole('main').getByRole('button', { name: 'Logg inn' }).click();
}

function heading(page, name) {
  return page.getByRole('heading', { level: 1, name }).waitFor();
}
