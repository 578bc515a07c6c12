// Signing in at a second, independent OpenID Provider: npm `oidc-provider`, with the role claim called `groups`.
import { freePorts } from "../support/ports.ts";
import { Muster } from "../support/muster.ts";
import { OpenIdProvider } from "../support/provider.ts";
import { declare, unique } from "../support/incidents.ts";
import { expect, test as base } from "../support/test.ts";

const robin = { sub: "robin", name: "Robin Achterberg", roles: ["Responder", "something-else"] };
const sasha = { sub: "sasha", name: "Sasha Brightwater", roles: [] };

const test = base.extend<{}, { elsewhere: { muster: Muster; provider: OpenIdProvider } }>({
  elsewhere: [
    async ({}, use) => {
      const [sitePort, providerPort] = await freePorts(2);
      const site = `http://localhost:${sitePort}`;
      const registration = { clientId: "muster", clientSecret: crypto.randomUUID(), site, roleClaim: "groups" };
      const provider = await OpenIdProvider.start(providerPort!, registration, [robin, sasha]);
      const muster = await Muster.start({
        port: sitePort,
        settings: {
          MUSTER_PUBLIC_URL: site,
          MUSTER_OIDC_ISSUER: provider.issuer,
          MUSTER_OIDC_CLIENT_ID: registration.clientId,
          MUSTER_OIDC_CLIENT_SECRET: registration.clientSecret,
          MUSTER_OIDC_TENANT_ID: crypto.randomUUID(),
          MUSTER_OIDC_TENANT_NAME: "Northwind Traders",
          MUSTER_OIDC_ROLE_CLAIM: registration.roleClaim,
        },
      });
      await use({ muster, provider });
      await muster.stop();
      await provider.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  baseURL: async ({ elsewhere }, use) => use(elsewhere.muster.url),
});

test("sign in with a role from the configured claim, work, and sign out at both", async ({ person, elsewhere }) => {
  const { page } = person;
  await page.goto("/incidents");
  await expect(page).toHaveURL(new RegExp(`^${elsewhere.provider.issuer}/interaction/`));
  await page.getByRole("button", { name: robin.name }).click();
  await expect(page).toHaveURL("/incidents");
  await person.hydrated();
  await expect(page.getByRole("banner")).toContainText(robin.name);
  await expect(page.getByRole("banner")).toContainText("Northwind Traders");
  await expect(page.getByText("Development sign-in")).toHaveCount(0);
  await declare(person, { title: unique("Declared by a responder from elsewhere") });

  await (await person.openMenu()).getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(new RegExp(`^${elsewhere.provider.issuer}/session/end`));
  await page.getByRole("button", { name: "Yes, sign me out" }).click();
  await expect(page).toHaveURL(/\/signed-out/);
  await expect(page.getByRole("heading", { level: 1, name: "You are signed out" })).toBeVisible();

  // The provider's own session is over as well: it asks again.
  await page.goto("/incidents");
  await expect(page.getByRole("heading", { level: 1, name: "Who are you?" })).toBeVisible();
});

test("signing out at the provider ends the session here, whose browser hears nothing of it", async ({
  person,
  elsewhere,
}) => {
  const { page } = person;
  await page.goto("/incidents");
  await page.getByRole("button", { name: robin.name }).click();
  await expect(page).toHaveURL("/incidents");
  await person.hydrated();

  const there = await page.context().newPage();
  await there.goto(`${elsewhere.provider.issuer}/session/end`);
  await there.getByRole("button", { name: "Yes, sign me out" }).click();
  await expect(there.getByRole("heading", { level: 1, name: "Signed out everywhere" })).toBeVisible();

  await page.goto("/incidents");
  await expect(page).toHaveURL(new RegExp(`^${elsewhere.provider.issuer}/interaction/`));
});

test("somebody without a role there has none here", async ({ person }) => {
  const { page } = person;
  person.guard.expect(403);
  await page.goto("/incidents");
  await page.getByRole("button", { name: sasha.name }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Not allowed" })).toBeVisible();
});
