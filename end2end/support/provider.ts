// An OpenID Provider that none of us wrote: npm `oidc-provider`, with the pages that every deployment brings itself.
import { generateKeyPairSync } from "node:crypto";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { type JWK, Provider } from "oidc-provider";

export type Registration = { clientId: string; clientSecret: string; site: string; roleClaim: string };
export type OidcAccount = { sub: string; name: string; roles: string[] };

/** A provider that serves one application and knows these people. */
export class OpenIdProvider {
  private constructor(
    readonly issuer: string,
    private readonly server: Server,
  ) {}

  static async start(port: number, registration: Registration, accounts: OidcAccount[]): Promise<OpenIdProvider> {
    const issuer = `http://127.0.0.1:${port}`;
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: registration.clientId,
          client_secret: registration.clientSecret,
          redirect_uris: [`${registration.site}/auth/callback`],
          post_logout_redirect_uris: [`${registration.site}/signed-out`],
          backchannel_logout_uri: `${registration.site}/auth/back-channel-logout`,
          backchannel_logout_session_required: true,
        },
      ],
      claims: { openid: ["sub"], profile: ["name", registration.roleClaim] },
      // Otherwise everything but `sub` is left to the userinfo endpoint.
      conformIdTokenClaims: false,
      findAccount: (_context, id) => {
        const account = accounts.find(({ sub }) => sub === id);
        return account && { accountId: id, claims: () => claims(account, registration.roleClaim) };
      },
      cookies: { keys: [crypto.randomUUID()] },
      jwks: { keys: [signingKey()] },
      features: {
        devInteractions: { enabled: false },
        backchannelLogout: { enabled: true },
        rpInitiatedLogout: {
          enabled: true,
          logoutSource: (context, form) => {
            const button = `<button form="op.logoutForm" name="logout" value="yes">Yes, sign me out</button>`;
            context.body = document("Sign out here as well?", `${form}${button}`);
          },
          postLogoutSuccessSource: (context) => {
            context.body = document("Signed out everywhere", "");
          },
        },
      },
      // Of itself it asks nobody on this machine, where the one application is that it knows.
      fetch: (url, options) => {
        const { origin } = new URL(String(url));
        if (origin !== registration.site) throw new Error(`nothing to ask at ${origin}`);
        return fetch(url, { ...options, dispatcher: undefined } as RequestInit);
      },
      interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    });
    // Otherwise nobody hears of an application that could not be told.
    provider.on("backchannel.error", (_context, error) => console.error("back-channel sign-out failed:", error));
    const answer = provider.callback();
    const server = createServer((request, response) => {
      const interaction = request.url?.startsWith("/interaction/");
      void (interaction ? interact(provider, accounts, request, response) : answer(request, response));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
    return new OpenIdProvider(issuer, server);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** A fresh one for each provider. */
function signingKey(): JWK {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256" } as JWK;
}

function claims(account: OidcAccount, roleClaim: string): { sub: string; [claim: string]: unknown } {
  return { sub: account.sub, name: account.name, [roleClaim]: account.roles };
}

/** GET shows who can sign in; POST takes the choice. Consent is given along with it. */
async function interact(
  provider: Provider,
  accounts: OidcAccount[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== "POST") {
    const buttons = accounts.map(({ sub, name }) => `<button name="sub" value="${sub}">${name}</button>`);
    const form = `<form method="post">${buttons.join("")}</form>`;
    response.setHeader("content-type", "text/html; charset=utf-8").end(document("Who are you?", form));
    return;
  }
  const details = await provider.interactionDetails(request, response);
  const fields = new URLSearchParams(await text(request));
  const accountId = fields.get("sub") ?? "";
  const grant = new provider.Grant({ accountId, clientId: String(details.params.client_id) });
  grant.addOIDCScope(String(details.params.scope));
  const result = { login: { accountId }, consent: { grantId: await grant.save() } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

async function text(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}

/** The icon is inline so that the browser asks for none. */
function document(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>${title}</title>
    <h1>${title}</h1>${body}</html>`;
}
