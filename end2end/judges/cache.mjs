// Microsoft's own client for Node.js with a cache document: reads one, or writes one, for the tests of the `identity` crate.
// It takes one order as JSON on standard input and answers with JSON on standard output:
//   version, authority, clientId, secret, scopes   which MSAL, and for what
//   signIn     an address to come back to: somebody signs in, who has been told to entra-local before
//   document   a cache document to read; then a token is got silently for its only account
//   force      past the cache, with the refresh token
import { text } from "node:stream/consumers";

const order = JSON.parse(await text(process.stdin));
const msal = await import(`msal-node-${order.version}`);
const authority = new URL(order.authority);
const cca = new msal.ConfidentialClientApplication({
  auth: {
    clientId: order.clientId,
    clientSecret: order.secret,
    authority: authority.href,
    knownAuthorities: [authority.host],
  },
});
const cache = cca.getTokenCache();

async function signIn(redirectUri) {
  const { verifier, challenge } = await new msal.CryptoProvider().generatePkceCodes();
  const request = { scopes: order.scopes, redirectUri };
  let location = await cca.getAuthCodeUrl({ ...request, codeChallenge: challenge, codeChallengeMethod: "S256" });
  while (!location.startsWith(redirectUri)) {
    const response = await fetch(location, { redirect: "manual" });
    if (response.status >= 400) throw new Error(`${response.status} on the way to the callback`);
    location = new URL(response.headers.get("location"), location).href;
  }
  return cca.acquireTokenByCode({ ...request, code: new URL(location).searchParams.get("code"), codeVerifier: verifier });
}

async function silent() {
  cache.deserialize(JSON.stringify(order.document));
  const accounts = await cache.getAllAccounts();
  if (accounts.length !== 1) throw new Error(`${accounts.length} accounts`);
  return cca.acquireTokenSilent({ account: accounts[0], scopes: order.scopes, forceRefresh: order.force === true });
}

const result = order.signIn ? await signIn(order.signIn) : await silent();
const { username, name, homeAccountId, tenantId, localAccountId } = result.account;
const answer = {
  token: result.accessToken,
  fromCache: result.fromCache,
  account: { username, name, homeAccountId, tenantId, localAccountId },
  document: JSON.parse(cache.serialize()),
};
process.stdout.write(JSON.stringify(answer));
