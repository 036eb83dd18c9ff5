// The product itself: the built binary with a data folder and ports of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const BINARY = process.env.SKADEHUB ?? resolve(import.meta.dirname, '../../../target/debug/skadehub');
const READY = 'Skadehub is running.';
const KEYCLOAK = resolve(import.meta.dirname, '../../../bin/keycloak');
const START_MS = 120_000;
const START_WITH_KEYCLOAK_MS = 240_000;

/** Starts everything, with a real Keycloak if asked to; `stop` ends it and deletes what it kept. */
export async function start({ keycloak = false } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'skadehub-browser-'));
  // PostgreSQL doesn't run as root; its account must reach the folder.
  await chmod(folder, 0o755);
  const data = join(folder, 'data');
  const [port, sandboxPort, keycloakPort] = await freePorts(3);
  const args = ['dev', '--data', data, '--port', String(port), '--sandbox-port', String(sandboxPort)];
  if (keycloak) args.push('--keycloak', KEYCLOAK, '--keycloak-port', String(keycloakPort));
  const process_ = spawn(BINARY, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(process_, 'exit');
  const output = [];
  process_.stderr.on('data', (text) => output.push(text.toString()));
  const stop = async () => {
    process_.kill('SIGINT');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await ready(process_, ended, output, keycloak ? START_WITH_KEYCLOAK_MS : START_MS);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    portal: `http://localhost:${port}`,
    sandbox: `http://localhost:${sandboxPort}`,
    ...(keycloak && {
      keycloak: `http://localhost:${keycloakPort}`,
      adminPassword: (await readFile(join(data, 'keycloak/admin-password'), 'utf8')).trim(),
    }),
    log: () => output.join(''),
    stop,
  };
}

/** Waits for the line that says so; whatever else it says goes into the error. */
function ready(process_, ended, output, within) {
  return new Promise((resolve, reject) => {
    const failed = (why) => reject(new Error(`${BINARY} ${why}\n${output.join('')}`));
    const late = setTimeout(() => failed(`was not ready after ${within} ms`), within);
    process_.on('error', (error) => failed(error.message));
    ended.then(([code]) => failed(`ended with ${code}`));
    process_.stdout.on('data', (text) => {
      output.push(text.toString());
      if (!output.join('').includes(READY)) return;
      clearTimeout(late);
      resolve();
    });
  });
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
