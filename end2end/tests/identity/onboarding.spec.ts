// An organisation that is not on the list comes onto it by an administrator's consent.
import { type Account, manager, otherManager as administrator } from "../../support/accounts.ts";
import { CONTOSO, FABRIKAM } from "../../support/directories.ts";
import { inspectAll } from "../../support/inspect.ts";
import { expect, test } from "../../support/world.ts";

test.use({ worldOptions: { settings: { MUSTER_TENANTS: "listed", MUSTER_ONBOARDING: "consent" } } });

const viewer: Account = { username: "linnea@fabrikam.example", name: "Linnea Roquefort", tenant: "Fabrikam Inc" };

test.beforeEach(({ muster }) => {
  muster.command("tenants", "allow", CONTOSO, "--name", "Contoso Ltd");
});

test("declining consents to nothing", async ({ person, muster }) => {
  const { page } = person;
  await person.open("/onboard");
  await page.getByRole("link", { name: "Continue to Microsoft" }).click();
  await person.pick(administrator);
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Sign-in cancelled" })).toBeVisible();
  expect(muster.command("tenants", "list")).not.toContain(FABRIKAM);
});

test("from the refusal to the consent of an administrator, and then everybody of the organisation is let in", async ({
  person,
  another,
}) => {
  const { page } = person;
  person.guard.expect(403);
  await page.goto("/incidents");
  await person.pick(administrator);
  await expect(page.getByRole("heading", { level: 1, name: "Your organisation is not set up here" })).toBeVisible();
  await inspectAll(person, "tenant-unlisted");

  await page.getByRole("link", { name: "For administrators: set up your organisation" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Set up your organisation" })).toBeVisible();
  await person.hydrated();
  await inspectAll(person, "onboard");
  // The provider knows who it is by now.
  await page.getByRole("link", { name: "Continue to Microsoft" }).click();
  await page.getByRole("button", { name: "Accept" }).click();
  await expect(page).toHaveURL("/");
  await expect(page.getByRole("heading", { level: 1, name: /^Hello, Dario/ })).toBeVisible();

  const colleague = await another();
  await colleague.signIn(viewer);
  await expect(colleague.page.getByRole("banner")).toContainText(viewer.name);

  const neighbour = await another();
  await neighbour.signIn(manager);
});
