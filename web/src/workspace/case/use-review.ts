import { notifications } from "@mantine/notifications";
import { useCallback, useRef, useState } from "react";
import type { Case, Competency } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import type { Say } from "./competency-card";
import { useVerdict } from "./use-work";

export type Open = "change" | "aside" | "decide" | "help" | null;

/** The newest verdict on a competency, whether or not it still counts. */
export function newestVerdict(data: Case, competencyId: string): string | null {
  const found = data.verdicts.find((one) => one.competency_id === competencyId && one.is_current);
  return found?.id ?? null;
}

/** Which competency is being looked at, which dialog is open, and what was just said. */
export function useReview(data: Case) {
  const text = useText();
  const { competencies } = data;
  const [selected, setSelected] = useState(() =>
    Math.max(
      0,
      competencies.findIndex(({ state }) => state === "open"),
    ),
  );
  const [open, setOpen] = useState<Open>(null);
  const cards = useRef(new Map<string, HTMLElement>());
  const verdict = useVerdict(data.session.id);
  const current: Competency | undefined = competencies[selected];

  const select = useCallback(
    (index: number) => {
      const to = Math.min(competencies.length - 1, Math.max(0, index));
      setSelected(to);
      const card = cards.current.get(competencies[to]?.id ?? "");
      // Once the page has settled: the dialog that was open gives its focus back first.
      requestAnimationFrame(() => {
        card?.focus({ preventScroll: true });
        card?.scrollIntoView({ block: "nearest", behavior: "smooth" });
      });
    },
    [competencies],
  );

  /** On to the next one that nobody has looked at; where there is none, stay. */
  const advance = useCallback(() => {
    setOpen(null);
    const order = [...competencies.keys()].map((i) => (selected + 1 + i) % competencies.length);
    const next = order.find((i) => i !== selected && competencies[i]?.state === "open");
    select(next ?? selected);
  }, [competencies, select, selected]);

  const close = useCallback(() => {
    setOpen(null);
    select(selected);
  }, [select, selected]);

  const accept = (competency: Competency) => {
    if (!competency.rating_id || competency.state === "accepted" || verdict.isPending) return;
    verdict.mutate(
      {
        competency_id: competency.id,
        kind: "accept",
        rating_id: competency.rating_id,
        replaces: newestVerdict(data, competency.id),
        reason: "",
      },
      {
        onSuccess: advance,
        onError: (error) => notifications.show({ color: "red", message: errorText(text, error) }),
      },
    );
  };

  const say = (index: number, said: Say) => {
    const competency = competencies[index];
    if (!competency) return;
    setSelected(index);
    if (said === "accept") accept(competency);
    else setOpen(said);
  };

  return { selected, setSelected, current, cards, select, open, setOpen, say, advance, close };
}
