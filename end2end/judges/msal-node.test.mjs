// Microsoft's own client for Node.js, in two major versions.
import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate, sign } from "node:crypto";
import { beforeEach, describe, test } from "node:test";
import * as msal3 from "msal-node-3";
import * as msal7 from "msal-node-7";
import {
  Browser, app, base, callback, client as pem, coho, federation, guest, litware, omar, order, rosa, secret, tailspin, wingtip, yuki,
} from "./support.mjs";

const scopes = ["User.Read"];

for (const [version, msal] of [["7.2.1", msal7], ["3.8.5", msal3]]) {
  const clientWith = (path, clientId, credential) =>
    new msal.ConfidentialClientApplication({
      auth: { clientId, ...credential, authority: new URL(path, base).href, knownAuthorities: [base.host] },
    });
  const client = (path, clientId, clientSecret = secret) => clientWith(path, clientId, { clientSecret });
  const pkce = () => new msal.CryptoProvider().generatePkceCodes();

  /** Signs a person in from beginning to end and returns what MSAL makes of it. */
  async function signIn(cca, browser, username, { authority, scopes: asked = scopes } = {}) {
    const { verifier, challenge } = await pkce();
    const request = { scopes: asked, redirectUri: callback, authority };
    const url = await cca.getAuthCodeUrl({ ...request, codeChallenge: challenge, codeChallengeMethod: "S256", state: "s" });
    const location = await browser.signIn(url, username);
    assert.equal(location.searchParams.get("state"), "s");
    return cca.acquireTokenByCode({ ...request, code: location.searchParams.get("code"), codeVerifier: verifier });
  }

  describe(`msal-node ${version}`, () => {
    beforeEach(() => order({ do: "reset" }));

    test("signs in at a single tenant", async () => {
      const result = await signIn(client(litware, app.single), new Browser(), rosa);
      assert.equal(result.account.homeAccountId, `a0b1c2d3-e4f5-4061-8728-394a5b6c7d8e.${litware}`);
      assert.equal(result.tenantId, litware);
      assert.equal(result.account.username, rosa);
    });

    test("signs in at organizations and reads the roles", async () => {
      const result = await signIn(client("organizations", app.organizations), new Browser(), rosa);
      assert.deepEqual(result.idTokenClaims.roles, ["Reader"]);
      assert.equal(result.account.tenantId, litware);
    });

    test("knows a guest by the home account", async () => {
      const result = await signIn(client(tailspin, app.organizations), new Browser(), guest);
      assert.equal(result.account.homeAccountId, `a0b1c2d3-e4f5-4061-8728-394a5b6c7d8e.${litware}`);
      assert.equal(result.tenantId, tailspin);
      assert.equal(result.uniqueId, "b1c2d3e4-f506-4172-9839-4a5b6c7d8e9f");
    });

    test("signs in through a user flow, for an access token to itself", async () => {
      const asked = { scopes: [app.b2c] };
      const result = await signIn(client("coho.example/B2C_1_susi", app.b2c), new Browser(), yuki, asked);
      assert.equal(result.account.homeAccountId, `c2d3e4f5-0617-4283-8a4a-5b6c7d8e9fa0-b2c_1_susi.${coho}`);
      assert.equal(result.idTokenClaims.tfp, "B2C_1_susi");
      assert.ok(result.accessToken);
    });

    test("renews at the user flow it signed in through", async () => {
      const cca = client("coho.example/B2C_1_susi", app.b2c);
      const { account } = await signIn(cca, new Browser(), yuki, { scopes: [app.b2c] });
      const again = await cca.acquireTokenSilent({ account, scopes: [app.b2c], forceRefresh: true });
      assert.equal(again.fromCache, false);
      const authority = new URL("coho.example/B2C_1_edit_profile", base).href;
      const other = cca.acquireTokenSilent({ account, authority, scopes: [app.b2c], forceRefresh: true });
      await assert.rejects(other, (error) => String(error).includes("AADB2C90088"));
    });

    test("signs in at External ID", async () => {
      const result = await signIn(client(wingtip, app.external), new Browser(), omar);
      assert.equal(result.account.tenantId, wingtip);
    });

    test("renews with the refresh token", async () => {
      const cca = client("organizations", app.organizations);
      const first = await signIn(cca, new Browser(), rosa);
      const again = await cca.acquireTokenSilent({ account: first.account, scopes, forceRefresh: true });
      assert.notEqual(again.accessToken, first.accessToken);
      assert.equal(again.account.homeAccountId, first.account.homeAccountId);
    });

    test("asks silently, with and without a session", async () => {
      const cca = client("organizations", app.organizations);
      const browser = new Browser();
      const url = await cca.getAuthCodeUrl({ scopes, redirectUri: callback, prompt: "none", codeChallenge: (await pkce()).challenge, codeChallengeMethod: "S256" });
      assert.equal((await browser.signIn(url)).searchParams.get("error"), "login_required");
      await signIn(cca, browser, rosa);
      assert.ok((await browser.signIn(url)).searchParams.get("code"));
    });

    // The classes on which an application decides: does the person have to come back?
    const classes = [
      [50_076, "InteractionRequiredAuthError"],
      [50_079, "InteractionRequiredAuthError"],
      [65_001, "InteractionRequiredAuthError"],
      [53_003, "InteractionRequiredAuthError"],
      [50_055, "InteractionRequiredAuthError"],
      [7_000_222, "ServerError"],
      [700_016, "ServerError"],
      // invalid_grant without a suberror: MSAL for Node.js leaves that to the application.
      [700_082, "ServerError"],
    ];
    for (const [code, name] of classes) {
      test(`takes AADSTS${code} for ${name}`, async () => {
        const cca = client("organizations", app.organizations);
        const { account } = await signIn(cca, new Browser(), rosa);
        await order({ do: "fail", endpoint: "token", code });
        await assert.rejects(cca.acquireTokenSilent({ account, scopes, forceRefresh: true }), (error) => {
          assert.equal(error.name, name);
          assert.equal(String(error.errorNo), String(code));
          return true;
        });
      });
    }

    test("carries a claims challenge to the application", async () => {
      const cca = client("organizations", app.organizations);
      const { account } = await signIn(cca, new Browser(), rosa);
      await order({ do: "set_access", username: rosa, access: "mfa" });
      await assert.rejects(cca.acquireTokenSilent({ account, scopes, forceRefresh: true }), (error) => {
        assert.equal(error.name, "InteractionRequiredAuthError");
        assert.equal(error.subError, "basic_action");
        assert.ok(JSON.parse(error.claims).access_token);
        return true;
      });
    });

    test("proves itself with a certificate, with and without the chain", async () => {
      const x509 = new X509Certificate(pem.slice(pem.indexOf("-----BEGIN CERTIFICATE")));
      const thumbprintSha256 = x509.fingerprint256.replaceAll(":", "");
      const privateKey = createPrivateKey(pem).export({ type: "pkcs8", format: "pem" });
      for (const x5c of [undefined, x509.toString()]) {
        const cca = clientWith("organizations", app.organizations, { clientCertificate: { thumbprintSha256, privateKey, x5c } });
        assert.equal((await signIn(cca, new Browser(), rosa)).account.username, rosa);
      }
      const other = clientWith("organizations", app.organizations, { clientCertificate: { thumbprintSha256: "0".repeat(64), privateKey } });
      await assert.rejects(signIn(other, new Browser(), rosa), (error) => error.errorNo == 700027);
    });

    test("proves itself with a token of somebody the application trusts", async () => {
      const token = (sub) => {
        const now = Math.floor(Date.now() / 1000);
        const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
        const claims = { iss: "https://cluster.example", sub, aud: "api://AzureADTokenExchange", nbf: now, exp: now + 300 };
        const unsigned = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
        return `${unsigned}.${sign("sha256", Buffer.from(unsigned), federation).toString("base64url")}`;
      };
      const trusting = (sub) => clientWith("organizations", app.organizations, { clientAssertion: async () => token(sub) });
      const result = await signIn(trusting("system:serviceaccount:judges:judge"), new Browser(), rosa);
      assert.equal(result.account.username, rosa);
      const stranger = trusting("system:serviceaccount:judges:another");
      await assert.rejects(signIn(stranger, new Browser(), rosa), (error) => error.errorNo == 700213);
    });

    test("is told of a wrong secret", async () => {
      const cca = client("organizations", app.organizations, "not the secret");
      await assert.rejects(signIn(cca, new Browser(), rosa), { name: "ServerError", errorCode: "invalid_client" });
    });

    test("holds back after 429 with Retry-After", async () => {
      const cca = client("organizations", app.organizations);
      const { account } = await signIn(cca, new Browser(), rosa);
      await order({ do: "fail", endpoint: "token", code: 90_055, retry_after: 60 });
      const requests = async () => (await (await fetch(new URL("/entra-local/control/state", base))).json()).requests.token;
      const before = await requests();
      for (let i = 0; i < 2; i++) {
        await assert.rejects(cca.acquireTokenSilent({ account, scopes, forceRefresh: true }), { name: "ServerError" });
      }
      assert.equal(await requests(), before + 1);
    });
  });
}
