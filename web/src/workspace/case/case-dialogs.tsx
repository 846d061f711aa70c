import type { Case, Decision } from "../../api/types";
import { AsideDialog } from "./aside-dialog";
import { DecideDialog } from "./decide-dialog";
import { KeysHelp } from "./keys-help";
import { LetterDialog } from "./letter-dialog";
import { OverrideDialog } from "./override-dialog";
import { newestVerdict, type useReview } from "./use-review";

interface Props {
  readonly data: Case;
  readonly decision: Decision | null;
  readonly review: ReturnType<typeof useReview>;
  /** The decision that a letter is being written about. */
  readonly letter: string | null;
  readonly onLetter: (decisionId: string | null) => void;
}

/** One at a time; each gives the focus back to the competency it was about. */
export function CaseDialogs({ data, decision, review, letter, onLetter }: Props) {
  const { current, open, close, advance, setOpen } = review;
  if (letter) {
    return (
      <LetterDialog caseId={data.session.id} decisionId={letter} onClose={() => onLetter(null)} />
    );
  }
  if (open === "help") return <KeysHelp onClose={close} />;
  if (open === "decide") {
    return (
      <DecideDialog
        data={data}
        decision={decision}
        onClose={close}
        onDone={(made) => {
          setOpen(null);
          // Who has refused somebody is led to telling them.
          if (made?.outcome === "decline") onLetter(made.id);
        }}
      />
    );
  }
  if (!current) return null;
  if (open === "change") {
    const rating = data.ratings.find((one) => one.competency_id === current.id) ?? null;
    return (
      <OverrideDialog
        competency={{ id: current.id, name: current.name, rating }}
        data={data}
        onClose={close}
        onDone={advance}
      />
    );
  }
  if (open === "aside") {
    return (
      <AsideDialog
        caseId={data.session.id}
        competency={current}
        onClose={close}
        onDone={advance}
        seen={newestVerdict(data, current.id)}
      />
    );
  }
  return null;
}
