// Keycloak as its administrator and as its clients see it.

import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';

const REALM = 'realms/skadehub';

/** The Admin API of the realm, called as the administrator. */
export class Admin {
  #app;

  constructor(app) {
    this.#app = app;
  }

  /** The answer's body, after the status that is expected. */
  async call(method, path, body, expected = [200, 201, 204]) {
    const response = await fetch(`${this.#app.keycloak}/admin/${REALM}${path}`, {
      method,
      headers: { authorization: `Bearer ${await this.#token()}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    assert.ok(expected.includes(response.status), `${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  async user(username) {
    const [found] = await this.call('GET', `/users?exact=true&username=${username}`);
    return found;
  }

  async client(clientId) {
    const [found] = await this.call('GET', `/clients?clientId=${clientId}`);
    return found;
  }

  /** Lives for a minute, so each call asks anew. */
  async #token() {
    const form = { grant_type: 'password', client_id: 'admin-cli', username: 'admin', password: this.#app.adminPassword };
    const { status, body } = await post(`${this.#app.keycloak}/realms/master/protocol/openid-connect/token`, form);
    assert.equal(status, 200, JSON.stringify(body));
    return body.access_token;
  }
}

/** What the token endpoint answers. */
export function token(app, form, headers = {}) {
  return post(`${app.keycloak}/${REALM}/protocol/openid-connect/token`, form, headers);
}

/** The header by which a client shows its secret. */
export function basic(clientId, secret) {
  return { authorization: `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`)}` };
}

/** What the authorization endpoint answers to a right request, or to one with these changes. */
export async function authorize(app, changes = {}) {
  const right = {
    client_id: 'skadehub-portal',
    redirect_uri: `${app.portal}/logg-inn/retur`,
    response_type: 'code',
    scope: 'openid profile',
    state: 'state',
    nonce: 'nonce',
    code_challenge: createHash('sha256').update(randomBytes(32)).digest('base64url'),
    code_challenge_method: 'S256',
  };
  const given = Object.entries({ ...right, ...changes }).filter(([, value]) => value !== undefined);
  const address = `${app.keycloak}/${REALM}/protocol/openid-connect/auth?${new URLSearchParams(given)}`;
  const response = await fetch(address, { redirect: 'manual' });
  const location = response.headers.get('location');
  return { status: response.status, error: location && new URL(location.replace('#', '?')).searchParams.get('error') };
}

/** A key pair of a client: the public half as a JWK set, and assertions signed with the private one (RFC 7523). */
export function clientKey() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'ES256' };
  const encode = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const assertion = (app, clientId) => {
    const now = Math.floor(Date.now() / 1000);
    const aud = `${app.keycloak}/${REALM}`;
    const claims = { iss: clientId, sub: clientId, aud, jti: randomUUID(), iat: now, exp: now + 60 };
    const signed = `${encode({ alg: 'ES256', typ: 'JWT', kid: jwk.kid })}.${encode(claims)}`;
    const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  };
  return { jwks: JSON.stringify({ keys: [jwk] }), assertion };
}

async function post(address, form, headers = {}) {
  const response = await fetch(address, { method: 'POST', headers, body: new URLSearchParams(form) });
  return { status: response.status, body: await response.json() };
}
