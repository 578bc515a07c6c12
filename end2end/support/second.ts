// A second application that people sign in to at the same place: what npm `openid-client` makes of it.
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import * as client from "openid-client";
import type { Relying } from "./directories.ts";

const COOKIE = "second-application";

type Pending = { verifier: string; nonce: string };
type Session = { name: string; iss: string; sid: string; loginHint: string };

export class SecondApplication {
  private readonly pending = new Map<string, Pending>();
  private readonly sessions = new Map<string, Session>();

  private constructor(
    readonly url: string,
    private readonly config: client.Configuration,
    private readonly server: Server,
  ) {}

  /** `base` is where people sign in. */
  static async start(base: string, app: Relying): Promise<SecondApplication> {
    const config = await client.discovery(
      new URL(`${app.tenant}/v2.0`, base),
      app.clientId,
      app.secret,
      undefined,
      // Plain http, on this machine.
      { execute: [client.allowInsecureRequests] },
    );
    const server = createServer();
    const second = new SecondApplication(app.site, config, server);
    server.on("request", (request, response) => {
      second.answer(request, response).catch((problem: unknown) => response.writeHead(500).end(String(problem)));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(Number(new URL(app.site).port), "127.0.0.1", resolve);
    });
    return second;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url);
    switch (`${request.method} ${url.pathname}`) {
      case "GET /":
        return this.show(request, response);
      case "GET /sign-in":
        return this.begin(response);
      case "GET /callback":
        return this.complete(url, response);
      case "POST /sign-out":
        return this.end(request, response);
      case "GET /front-channel-logout":
        return this.told(url, response);
      default:
        response.writeHead(404).end();
    }
  }

  private show(request: IncomingMessage, response: ServerResponse): void {
    const session = this.sessions.get(cookie(request));
    const body = session
      ? `<p>Signed in as ${session.name}</p><form method="post" action="/sign-out"><button>Sign out</button></form>`
      : `<p>Nobody is signed in</p><a href="/sign-in">Sign in</a>`;
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">
      <title>Second application</title><h1>Second application</h1>${body}</html>`);
  }

  private async begin(response: ServerResponse): Promise<void> {
    const [state, verifier, nonce] = [client.randomState(), client.randomPKCECodeVerifier(), client.randomNonce()];
    this.pending.set(state, { verifier, nonce });
    const to = client.buildAuthorizationUrl(this.config, {
      redirect_uri: `${this.url}/callback`,
      scope: "openid profile",
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
      nonce,
    });
    redirect(response, to.href);
  }

  private async complete(url: URL, response: ServerResponse): Promise<void> {
    const state = url.searchParams.get("state") ?? "";
    const pending = this.pending.get(state);
    this.pending.delete(state);
    if (!pending) throw new Error("nobody began this sign-in");
    const tokens = await client.authorizationCodeGrant(this.config, url, {
      pkceCodeVerifier: pending.verifier,
      expectedNonce: pending.nonce,
      expectedState: state,
      idTokenExpected: true,
    });
    const { name, iss, sid, login_hint: loginHint } = tokens.claims()!;
    const id = crypto.randomUUID();
    this.sessions.set(id, { name: String(name), iss, sid: String(sid), loginHint: String(loginHint) });
    response.setHeader("set-cookie", `${COOKIE}=${id}; Path=/; HttpOnly; SameSite=Lax`);
    redirect(response, "/");
  }

  private end(request: IncomingMessage, response: ServerResponse): void {
    const id = cookie(request);
    const session = this.sessions.get(id);
    this.sessions.delete(id);
    const to = client.buildEndSessionUrl(this.config, {
      post_logout_redirect_uri: `${this.url}/`,
      logout_hint: session?.loginHint ?? "",
    });
    redirect(response, to.href);
  }

  /** OpenID Connect Front-Channel Logout 1.0. */
  private told(url: URL, response: ServerResponse): void {
    const [iss, sid] = [url.searchParams.get("iss"), url.searchParams.get("sid")];
    for (const [id, session] of this.sessions) {
      if (session.iss === iss && session.sid === sid) this.sessions.delete(id);
    }
    response.setHeader("content-type", "text/html; charset=utf-8").end("<!doctype html><title>Done</title>");
  }
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { location }).end();
}

function cookie(request: IncomingMessage): string {
  return new RegExp(`${COOKIE}=([^;]+)`).exec(request.headers.cookie ?? "")?.[1] ?? "";
}
