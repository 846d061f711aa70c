import { Button } from "@mantine/core";
import { useState } from "react";
import type { LiveSession } from "../../api/types";
import { useText } from "../../i18n";
import { Empty } from "../parts/empty";
import { Loaded } from "../parts/load-state";
import { PageHead } from "../parts/page-head";
import { StateBadge } from "../parts/state-badge";
import { useLive } from "../queries";
import { FreezePanel } from "./freeze-panel";
import { LinkQuality } from "./link-quality";
import { LiveCaptions } from "./live-captions";

export default function LivePage() {
  const { t } = useText();
  const live = useLive();
  const [watched, setWatched] = useState<string | null>(null);
  return (
    <>
      <PageHead lead={t("live.lead")} title={t("live.title")} />
      <Loaded query={live}>
        {(sessions) =>
          sessions.length === 0 && watched === null ? (
            <Empty text={t("live.emptyText")} title={t("live.emptyTitle")} />
          ) : (
            <div className="live-grid">
              <ul className="cards">
                {sessions.map((session) => (
                  <SessionCard
                    isWatched={session.session_id === watched}
                    key={session.session_id}
                    onWatch={() => setWatched(session.session_id)}
                    session={session}
                  />
                ))}
              </ul>
              {watched && <LiveCaptions key={watched} sessionId={watched} />}
            </div>
          )
        }
      </Loaded>
    </>
  );
}

interface CardProps {
  readonly session: LiveSession;
  readonly isWatched: boolean;
  readonly onWatch: () => void;
}

function SessionCard({ session, isWatched, onWatch }: CardProps) {
  const { t } = useText();
  const { question_index, total, last_packet_age } = session;
  const index = (question_index ?? 0) + 1;
  return (
    <li className="card" data-testid="live-session" data-watched={isWatched || undefined}>
      <div className="card-line">
        <h2>{session.candidate_name}</h2>
        <StateBadge state={session.state} />
      </div>
      <p className="muted">{session.plan_title}</p>
      <p className="small">
        {t("live.question", { index, total })}
        {" · "}
        <LinkQuality age={last_packet_age} />
      </p>
      <FreezePanel sessionId={session.session_id} />
      <Button
        aria-pressed={isWatched}
        data-testid="live-watch"
        onClick={onWatch}
        variant={isWatched ? "light" : "default"}
      >
        {t("live.watch")}
      </Button>
    </li>
  );
}
