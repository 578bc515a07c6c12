// Every page in every state, light and dark: axe finds nothing, nothing sticks out, and a picture is kept.
import { inspect } from "../support/inspect.ts";
import { pagePatterns } from "../support/routes.ts";
import { stops } from "../support/stops.ts";
import { expect, test } from "../support/test.ts";

test("the walk leaves no page of the app out", () => {
  const walked = new Set(stops.map((stop) => stop.pattern));
  expect(pagePatterns().filter((pattern) => !walked.has(pattern))).toEqual([]);
});

for (const scheme of ["light", "dark"] as const) {
  test.describe(scheme, () => {
    test.use({ colorScheme: scheme });

    for (const stop of stops) {
      test(stop.name, async ({ person }) => {
        person.guard.expect(...(stop.statuses ?? []));
        if (stop.as) await person.signIn(stop.as);
        await stop.reach(person);
        await expect(person.page.getByRole("heading", { level: 1, name: stop.heading, exact: true })).toBeVisible();
        await inspect(person, stop.name, scheme);
      });
    }
  });
}
