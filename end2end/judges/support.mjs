// What every judge in JavaScript needs: the world of scenario.toml, orders to entra-local, and a browser that is nothing but
// redirects, cookies and forms.
import assert from "node:assert/strict";

export const base = new URL(process.env.ENTRA_LOCAL_URL);
export const secret = process.env.ENTRA_LOCAL_SECRET;
/** A private key and its certificate, and the key of the one whose tokens stand for the application: PEM. */
export const client = process.env.ENTRA_LOCAL_CLIENT;
export const federation = process.env.ENTRA_LOCAL_FEDERATION;
export const callback = "http://localhost:3999/callback";

export const litware = "1f4c7a90-52d3-4e86-9b07-c8d1e2f3a405";
export const tailspin = "2a5d8ba1-63e4-4f97-8c18-d9e2f304b516";
export const coho = "3b6e9cb2-74f5-40a8-9d29-eaf304c15627";
export const wingtip = "4c7fadc3-8506-41b9-8e3a-fb0415d26738";

export const rosa = "rosa@litware.example";
export const guest = "rosa_litware.example#EXT#@tailspin.example";
export const yuki = "yuki@customers.example";
export const omar = "omar@customers.example";

export const app = {
  organizations: "5d80bed4-9617-42ca-9f4b-0c1526e37849",
  single: "6e91cfe5-a728-43db-8a5c-1d2637f4895a",
  b2c: "7fa2d0f6-b839-44ec-9b6d-2e374805a96b",
  external: "80b3e107-c94a-45fd-8c7e-3f485916ba7c",
  /** An API that the first application calls. */
  api: "91c4f218-da5b-4f6e-9d8f-40596a27cb8d",
};

/** Orders entra-local to do something: see "control endpoint" in its README. */
export async function order(what) {
  const response = await fetch(new URL("/entra-local/control/orders", base), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(what),
  });
  assert.equal(response.status, 204, await response.text());
}

/** What entra-local remembers of the requests that it got. */
export async function state() {
  return (await fetch(new URL("/entra-local/control/state", base))).json();
}

/** The claims of a token, unchecked. */
export const claimsOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());

/** A browser of one person. It stops at the application's door: nothing listens there. */
export class Browser {
  #cookies = new Map();

  /** Opens `url`, presses the account's button where it is asked to choose, and returns what the callback would get. */
  async signIn(url, username) {
    let response = await this.#send(url, {});
    while (response.status === 200) response = await this.#choose(await response.text(), username);
    assert.equal(response.status, 302);
    const location = new URL(response.headers.get("location"));
    assert.equal(location.origin + location.pathname, callback);
    return location;
  }

  #choose(page, username) {
    assert.ok(username, `nobody is to be asked, but there is a page:\n${page}`);
    const forms = [...page.matchAll(/<form method="post" action="([^"]+)">([\s\S]*?)<\/form>/g)];
    for (const [, action, content] of forms) {
      const buttons = [...content.matchAll(/<button name="account" value="([^"]+)">([\s\S]*?)<\/button>/g)];
      const button = buttons.find(([, , text]) => text.includes(`>${username}<`));
      if (!button) continue;
      const interaction = /name="interaction" value="([^"]+)"/.exec(content)[1];
      const body = new URLSearchParams({ interaction, account: button[1] });
      return this.#send(new URL(action, base), { method: "POST", body });
    }
    assert.fail(`no button for ${username}:\n${page}`);
  }

  async #send(url, init) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { ...init, headers: { cookie }, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [name, value] = line.split(";")[0].split(/=(.*)/);
      this.#cookies.set(name, value);
    }
    return response;
  }
}
