// A certified relying party that trusts nothing: discovery, ID token and key are checked as the standards say.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import * as client from "openid-client";
import { Browser, app, base, callback, litware, omar, order, rosa, secret, wingtip } from "./support.mjs";

const scope = "openid profile email offline_access";

const discover = (path, clientId, clientSecret = secret) => client.discovery(new URL(path, base), clientId, clientSecret);

/** The URL that begins a sign-in, and what its end is checked against. */
async function begin(config, extra = {}) {
  const [pkceCodeVerifier, expectedState, expectedNonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()];
  const code_challenge = await client.calculatePKCECodeChallenge(pkceCodeVerifier);
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callback, scope, code_challenge, code_challenge_method: "S256", state: expectedState, nonce: expectedNonce, ...extra,
  });
  return { url, checks: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true } };
}

async function signIn(config, browser, username) {
  const { url, checks } = await begin(config);
  return client.authorizationCodeGrant(config, await browser.signIn(url, username), checks);
}

describe("openid-client 6", () => {
  beforeEach(() => order({ do: "reset" }));

  test("signs in at a single tenant, with every check", async () => {
    const tokens = await signIn(await discover(`${litware}/v2.0`, app.single), new Browser(), rosa);
    const claims = tokens.claims();
    assert.equal(claims.iss, new URL(`${litware}/v2.0`, base).href);
    assert.equal(claims.preferred_username, rosa);
  });

  test("signs in at External ID", async () => {
    const tokens = await signIn(await discover(`${wingtip}/v2.0`, app.external), new Browser(), omar);
    assert.equal(tokens.claims().tid, wingtip);
  });

  test("checks the signature against the published keys, before and after a rotation", async () => {
    const config = await discover(`${litware}/v2.0`, app.single);
    client.enableNonRepudiationChecks(config);
    await signIn(config, new Browser(), rosa);
    await order({ do: "tamper", tamper: "bad_signature" });
    await assert.rejects(signIn(config, new Browser(), rosa));
    const later = await discover(`${litware}/v2.0`, app.single);
    client.enableNonRepudiationChecks(later);
    await order({ do: "rotate_keys", at_once: true });
    await signIn(later, new Browser(), rosa);
  });

  for (const tamper of ["wrong_issuer", "wrong_audience", "expired", "not_yet_valid", "wrong_nonce", "missing_nonce", "missing_subject", "alg_none"]) {
    test(`refuses an ID token spoiled by ${tamper}`, async () => {
      const config = await discover(`${litware}/v2.0`, app.single);
      await order({ do: "tamper", tamper });
      await assert.rejects(signIn(config, new Browser(), rosa));
      await signIn(config, new Browser(), rosa);
    });
  }

  test("renews with the refresh token", async () => {
    const config = await discover(`${litware}/v2.0`, app.single);
    const first = await signIn(config, new Browser(), rosa);
    const again = await client.refreshTokenGrant(config, first.refresh_token);
    assert.equal(again.claims().sub, first.claims().sub);
  });

  test("asks silently, with and without a session", async () => {
    const config = await discover(`${litware}/v2.0`, app.single);
    const browser = new Browser();
    const silently = async () => {
      const { url, checks } = await begin(config, { prompt: "none" });
      return client.authorizationCodeGrant(config, await browser.signIn(url), checks);
    };
    await assert.rejects(silently(), { name: "AuthorizationResponseError", error: "login_required" });
    await signIn(config, browser, rosa);
    assert.equal((await silently()).claims().preferred_username, rosa);
  });

  test("is told of a wrong secret, and of one that has expired", async () => {
    const wrong = await discover(`${litware}/v2.0`, app.single, "not the secret");
    await assert.rejects(signIn(wrong, new Browser(), rosa), { error: "invalid_client", status: 401 });
    await order({ do: "expire_secret", client_id: app.single });
    const right = await discover(`${litware}/v2.0`, app.single);
    await assert.rejects(signIn(right, new Browser(), rosa), { error: "invalid_client", status: 401 });
  });

  test("refuses the metadata of organizations and of a user flow, whose issuer is not where it was asked", async () => {
    await assert.rejects(discover("organizations/v2.0", app.organizations));
    await assert.rejects(discover("coho.example/b2c_1_susi/v2.0", app.b2c));
  });
});
