// What one organisation can learn of another: nothing, not even that there is something.
import { admin, manager, otherManager, viewer } from "../support/accounts.ts";
import { declare, unique } from "../support/incidents.ts";
import type { Person } from "../support/person.ts";
import { expect, test } from "../support/test.ts";

const UNKNOWN = "INC-99999";

/** Status and document of the answer, without what differs from answer to answer. */
async function answer(person: Person, number: string): Promise<{ status: number; document: string }> {
  const response = await person.open(`/incidents/${number}`);
  const headers = await response.allHeaders();
  const nonce = /'nonce-([^']+)'/.exec(headers["content-security-policy"] ?? "")?.[1];
  const document = (await response.text()).replaceAll(number, "INC-n");
  return { status: response.status(), document: nonce ? document.replaceAll(nonce, "nonce") : document };
}

test("another organisation's incident is the same 404 as none", async ({ person, another }) => {
  const title = unique("Seen by its own organisation");
  await person.signIn(manager);
  const number = await declare(person, { title });

  const stranger = await another();
  stranger.guard.expect(404);
  await stranger.signIn(otherManager);
  const theirs = await answer(stranger, number);
  expect(theirs.status).toBe(404);
  expect(theirs).toEqual(await answer(stranger, UNKNOWN));
  await expect(stranger.page.getByRole("heading", { level: 1, name: "Nothing here" })).toBeVisible();

  await stranger.open("/incidents?tab=all&sort=number");
  await expect(stranger.page.getByRole("heading", { level: 1, name: "Incidents" })).toBeVisible();
  await expect(stranger.page.getByText(title)).toHaveCount(0);
});

test("a restricted incident is the same 404 for those it does not name", async ({ person, another }) => {
  const title = unique("Only for the people named");
  await person.signIn(manager);
  const number = await declare(person, { title, restricted: true });
  await expect(person.page.getByText("Open to the people named only")).toBeVisible();

  const colleague = await another();
  colleague.guard.expect(404);
  await colleague.signIn(viewer);
  const theirs = await answer(colleague, number);
  expect(theirs.status).toBe(404);
  expect(theirs).toEqual(await answer(colleague, UNKNOWN));

  const chief = await another();
  await chief.signIn(admin, `/incidents/${number}`);
  await expect(chief.page.getByRole("heading", { level: 1, name: title })).toBeVisible();
});
