// Microsoft's own client for Node.js, in two major versions: tokens without a person, on behalf of one, and renewed.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import * as msal3 from "msal-node-3";
import * as msal7 from "msal-node-7";
import { Browser, app, base, callback, claimsOf, litware, order, rosa, secret, state } from "./support.mjs";

const scopes = ["User.Read"];

for (const [version, msal] of [["7.2.1", msal7], ["3.8.5", msal3]]) {
  const client = (path, clientId = app.organizations, more = {}) =>
    new msal.ConfidentialClientApplication({
      auth: { clientId, clientSecret: secret, authority: new URL(path, base).href, knownAuthorities: [base.host], ...more },
    });

  async function signIn(cca, asked = scopes) {
    const { verifier, challenge } = await new msal.CryptoProvider().generatePkceCodes();
    const request = { scopes: asked, redirectUri: callback };
    const url = await cca.getAuthCodeUrl({ ...request, codeChallenge: challenge, codeChallengeMethod: "S256" });
    const code = (await new Browser().signIn(url, rosa)).searchParams.get("code");
    return cca.acquireTokenByCode({ ...request, code, codeVerifier: verifier });
  }

  const graph = (token) => fetch(new URL("/v1.0/me", base), { headers: { authorization: `Bearer ${token}` } });

  describe(`msal-node ${version}, tokens`, () => {
    beforeEach(async () => {
      await order({ do: "reset" });
      await order({ do: "forget_token_requests" });
    });

    test("is given a token for itself, and keeps it", async () => {
      const cca = client(litware);
      const asked = { scopes: [`api://${app.api}/.default`] };
      const first = await cca.acquireTokenByClientCredential(asked);
      const token = claimsOf(first.accessToken);
      assert.deepEqual([token.aud, token.idtyp, token.roles], [app.api, "app", ["Cases.Review"]]);
      const again = await cca.acquireTokenByClientCredential(asked);
      assert.deepEqual([again.fromCache, again.accessToken], [true, first.accessToken]);
      assert.deepEqual((await state()).token_requests.map((request) => request.grant_type), ["client_credentials"]);
    });

    test("is told that a token for itself takes a default scope and a tenant", async () => {
      const single = client(litware).acquireTokenByClientCredential({ scopes: [`api://${app.api}/Cases.Read`] });
      await assert.rejects(single, (error) => error.errorNo == 1002012);
      await assert.rejects(client("organizations").acquireTokenByClientCredential({ scopes: [`api://${app.api}/.default`] }));
    });

    test("exchanges a caller's token, and keeps what it got", async () => {
      const { accessToken } = await signIn(client("organizations"), [`api://${app.api}/Cases.Read`]);
      const api = client(litware, app.api);
      const result = await api.acquireTokenOnBehalfOf({ oboAssertion: accessToken, scopes });
      assert.equal(result.account.username, rosa);
      assert.equal((await graph(result.accessToken)).status, 200);
      assert.equal((await api.acquireTokenOnBehalfOf({ oboAssertion: accessToken, scopes })).fromCache, true);
    });

    test("is told when the exchange needs the person, or an assertion that is good", async () => {
      const { accessToken } = await signIn(client("organizations"), [`api://${app.api}/Cases.Read`]);
      const exchange = () => client(litware, app.api).acquireTokenOnBehalfOf({ oboAssertion: accessToken, scopes });
      await order({ do: "set_access", username: rosa, access: "mfa" });
      await assert.rejects(exchange(), (error) => {
        assert.equal(error.name, "InteractionRequiredAuthError");
        assert.ok(JSON.parse(error.claims).access_token.capolids);
        return true;
      });
      await order({ do: "set_clock", offset_seconds: 5400 });
      await assert.rejects(exchange(), (error) => error.errorNo == 500133);
    });

    test("takes a refresh token from elsewhere, also in strict rotation", async () => {
      const cca = client("organizations");
      await signIn(cca);
      await order({ do: "set_rotation", strict: true });
      const cache = JSON.parse(cca.getTokenCache().serialize());
      const [{ secret: refreshToken }] = Object.values(cache.RefreshToken);
      const other = client("organizations");
      // Without this MSAL keeps nothing of an account that it has not seen sign in.
      const result = await other.acquireTokenByRefreshToken({ refreshToken, scopes, forceCache: true });
      assert.equal(result.account.username, rosa);
      for (let i = 0; i < 2; i++) {
        const next = await other.acquireTokenSilent({ account: result.account, scopes, forceRefresh: true });
        assert.equal(next.fromCache, false);
      }
      // The one that was used is gone.
      await assert.rejects(client("organizations").acquireTokenByRefreshToken({ refreshToken, scopes }), (error) => error.subError === "bad_token");
    });

    test("refreshes when refresh_in says so, and answers from its cache meanwhile", async () => {
      await order({ do: "set_token_life", access_seconds: 3600, refresh_in_seconds: 1 });
      const cca = client("organizations");
      const { account, accessToken } = await signIn(cca);
      const refreshed = async () => (await state()).token_requests.filter((request) => request.grant_type === "refresh_token");
      const until = Date.now() + 10_000;
      while ((await refreshed()).length === 0) {
        assert.ok(Date.now() < until, "nothing was refreshed");
        const result = await cca.acquireTokenSilent({ account, scopes });
        assert.equal(result.accessToken, accessToken);
      }
      assert.equal((await refreshed())[0].username, rosa);
    });

    test("answers a challenge of Graph with its claims", async () => {
      const cca = client("organizations", app.organizations, { clientCapabilities: ["cp1"] });
      const { account, accessToken } = await signIn(cca);
      assert.equal((await graph(accessToken)).status, 200);
      await order({ do: "critical_event", username: rosa });
      const challenged = await graph(accessToken);
      assert.equal(challenged.status, 401);
      const [, encoded] = /error="insufficient_claims", claims="([^"]+)"/.exec(challenged.headers.get("www-authenticate"));
      const claims = Buffer.from(encoded, "base64").toString();
      const renewed = await cca.acquireTokenSilent({ account, scopes, claims });
      assert.deepEqual(claimsOf(renewed.accessToken).xms_cc, ["cp1"]);
      assert.equal((await graph(renewed.accessToken)).status, 200);
    });

    const ends = [["revocation", 50_173], ["expiry", 700_082]];
    for (const [by, number] of ends) {
      test(`is told of the end of a refresh token by ${by}`, async () => {
        const cca = client("organizations");
        const { account } = await signIn(cca);
        await order({ do: "end_refresh_tokens", username: rosa, by });
        await assert.rejects(cca.acquireTokenSilent({ account, scopes, forceRefresh: true }), (error) => {
          assert.equal(error.errorCode, "invalid_grant");
          assert.equal(String(error.errorNo), String(number));
          return true;
        });
      });
    }
  });
}
