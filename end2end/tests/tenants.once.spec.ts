// Which organisations are let in: the page for those that are not. The way in by an administrator's approval is in identity/onboarding.spec.ts.
import { manager, otherManager } from "../support/accounts.ts";
import { inspectAll } from "../support/inspect.ts";
import { Muster } from "../support/muster.ts";
import { freePorts } from "../support/ports.ts";
import { expect, test as base } from "../support/test.ts";

const FABRIKAM = "b80a4f1d-92c7-4e3b-8f16-5d7e3a20c6f1";

// A server of its own: no other test should find an organisation closed.
const test = base.extend<{ strict: Muster }>({
  strict: async ({}, use) => {
    const [port] = await freePorts(1);
    const settings = {
      MUSTER_TENANTS: "listed",
      MUSTER_ENTRA_LOCAL_LISTEN: `127.0.0.1:${port}`,
    };
    const muster = await Muster.start({ settings });
    await use(muster);
    await muster.stop();
  },
  baseURL: async ({ strict }, use) => use(strict.url),
});

test("people of an organisation that is taken off are out, are told so, and can use another account", async ({
  person,
  strict,
}) => {
  const { page } = person;
  person.guard.expect(403);
  await person.signIn(otherManager);
  strict.command("tenants", "block", FABRIKAM, "--reason", "A test");
  // The server looks at the list every two seconds; a sign-in asks it at once.
  await page.context().clearCookies();
  await page.goto("/incidents");
  await person.pick(otherManager);
  await expect(page.getByRole("heading", { level: 1, name: "Your organisation cannot use this Muster" })).toBeVisible();
  await expect(page.getByText("A test")).toHaveCount(0);
  await inspectAll(person, "tenant-refused");

  await page.getByRole("link", { name: "Start again" }).click();
  await person.pick(manager);
  await expect(page).toHaveURL("/incidents");
});
