import { notifications } from "@mantine/notifications";
import { useNavigate } from "react-router";
import type { Case } from "../../api/types";
import { activeAt } from "../../core/timeline";
import { useText } from "../../i18n";
import { useMay } from "../queries";
import type { Tab } from "./case-tabs";
import type { Action } from "./keys";
import { type Player, SPEEDS } from "./use-player";
import type { useReview } from "./use-review";
import { nextCase } from "./use-work";

const STEP = 5; // seconds

interface Given {
  readonly data: Case;
  readonly player: Player;
  readonly review: ReturnType<typeof useReview>;
  readonly setTab: (tab: Tab) => void;
  readonly setEdited: (id: string | null) => void;
}

/** What each shortcut does. */
export function useActions({ data, player, review, setTab, setEdited }: Given) {
  const { t } = useText();
  const may = useMay();
  const navigate = useNavigate();
  const mayRate = may("cases.rate");
  const speedBy = (step: number) => {
    const at = SPEEDS.indexOf(player.speed);
    player.setSpeed(SPEEDS[at + step] ?? player.speed);
  };
  const move = (to: number) => {
    setTab("ratings");
    review.select(to);
  };
  const say = (said: "accept" | "change" | "aside") => {
    if (!mayRate) return;
    setTab("ratings");
    const isProposal = data.ratings.every(
      (one) => one.competency_id !== review.current?.id || one.rater === "model",
    );
    if (said === "change" || isProposal) review.say(review.selected, said);
  };
  const goOn = async () => {
    const next = await nextCase(data.session.id).catch(() => null);
    if (next) navigate(`/cases/${next}`);
    else notifications.show({ message: t("review.noNext"), withCloseButton: false });
  };
  const run: Record<Action, () => void> = {
    next: () => move(review.selected + 1),
    previous: () => move(review.selected - 1),
    accept: () => say("accept"),
    change: () => say("change"),
    aside: () => say("aside"),
    toggle: player.toggle,
    back: () => player.seek(Math.max(0, player.time - STEP)),
    forward: () => player.seek(player.time + STEP),
    slower: () => speedBy(-1),
    faster: () => speedBy(1),
    quote: () => {
      const rating = data.ratings.find((one) => one.competency_id === review.current?.id);
      const [first] = rating?.evidence ?? [];
      if (first) player.seek(first.start);
    },
    correct: () => {
      if (mayRate) setEdited(activeAt(data.utterances, player.time, 60)?.id ?? null);
    },
    comment: () => setTab("comments"),
    decide: () => may("decisions.write") && review.setOpen("decide"),
    nextCase: () => void goOn(),
    help: () => review.setOpen("help"),
  };
  return (action: Action) => run[action]();
}
