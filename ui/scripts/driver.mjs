// A session in the webview that the app uses on Linux, by way of WebKitWebDriver.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

export const DRIVER = ['/usr/bin/WebKitWebDriver', '/usr/local/bin/WebKitWebDriver'].find(existsSync);
export const PATIENCE = 180_000;
const PORT = 20_000 + (process.pid % 20_000);

/** Opens what `browserOptions` names, lets `work` ask it, and closes it. */
export async function driven(browserOptions, work) {
  // A group of its own: with the driver ends what it has opened, however this ends.
  const driver = spawn(DRIVER, [`--port=${PORT}`, '--host=127.0.0.1'], { stdio: 'ignore', detached: true });
  try {
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': browserOptions } };
    const { sessionId } = await untilItAnswers(() => ask('POST', '', { capabilities }));
    const found = await work((method, path, body) => ask(method, `/${sessionId}${path}`, body));
    await ask('DELETE', `/${sessionId}`);
    return found;
  } finally {
    process.kill(-driver.pid);
  }
}

/** The driver needs a moment to listen, and a page some seconds to come as far as it should. */
export async function untilItAnswers(attempt) {
  for (const end = Date.now() + PATIENCE; ; ) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((again) => setTimeout(again, 200));
    }
  }
}

async function ask(method, path, body) {
  const answer = await fetch(`http://127.0.0.1:${PORT}/session${path}`, {
    method,
    body: body && JSON.stringify(body),
  });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}
