// Muster as an operator sets it up, with a provider that is a process of its own: what sign-in, sign-out and sessions
// have to get right wherever the two stand.
import { type Directory, CONTOSO, organisations } from "./directories.ts";
import { EntraLocal } from "./entra.ts";
import { type Layout, LAYOUTS } from "./layouts.ts";
import { Muster } from "./muster.ts";
import { freePorts } from "./ports.ts";
import { SecondApplication } from "./second.ts";
import { test as base } from "./test.ts";

export { expect } from "./test.ts";

export type WorldOptions = {
  directory?: Directory;
  /** Settings of Muster beside those of the directory. */
  settings?: Record<string, string>;
  /** Whether the provider is reached over TLS. There is no second application then, which would not trust it. */
  tls?: boolean;
};

export class World {
  private constructor(
    readonly entra: EntraLocal,
    readonly muster: Muster,
    readonly second: SecondApplication | undefined,
  ) {}

  static async start(layout: Layout, { directory = organisations, settings = {}, tls = false }: WorldOptions): Promise<World> {
    const [port, secondPort] = await freePorts(2);
    const muster = application(layout, port!);
    const second = { ...application(layout, secondPort!), tenant: CONTOSO };
    const entra = await EntraLocal.start(directory.scenario(muster, second), tls);
    const running = await Muster.start({
      port: port!,
      host: layout.host,
      settings: {
        MUSTER_PUBLIC_URL: muster.site,
        AZURE_CLIENT_ID: muster.clientId,
        AZURE_CLIENT_SECRET: muster.secret,
        // All the people of these tests come from one address.
        MUSTER_RATE_SIGN_IN: "0",
        MUSTER_RATE_CALLBACK: "0",
        MUSTER_RATE_SIGN_OUT: "0",
        ...directory.settings(entra.base),
        ...(tls ? { SSL_CERT_FILE: entra.certificate } : {}),
        ...settings,
      },
    });
    const single = directory === organisations && !tls ? await SecondApplication.start(entra.base, second) : undefined;
    return new World(entra, running, single);
  }

  async stop(): Promise<void> {
    await this.second?.stop();
    await this.muster.stop();
    await this.entra.stop();
  }
}

function application(layout: Layout, port: number) {
  return { clientId: crypto.randomUUID(), secret: crypto.randomUUID(), site: `http://${layout.host}:${port}` };
}

type Shared = {
  /** Comes with the project. */
  layout: Layout;
  worldOptions: WorldOptions;
  /** The worker's provider, site and second application. */
  world: World;
};

export const test = base.extend<{}, Shared>({
  layout: [LAYOUTS[0]!, { scope: "worker", option: true }],
  worldOptions: [{}, { scope: "worker", option: true }],
  world: [
    async ({ layout, worldOptions }, use) => {
      const world = await World.start(layout, worldOptions);
      await use(world);
      await world.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  muster: [async ({ world }, use) => use(world.muster), { scope: "worker" }],
});

/** Where people sign in, once they are there. */
export function signInPage(world: World): RegExp {
  return new RegExp(`^${world.entra.base}`);
}
