import { useQuery } from "@tanstack/react-query";
import createClient from "openapi-fetch";
import { useMemo } from "react";
import type { paths } from "../../api/openapi.gen";
import { unwrap } from "../../api/problem";
import type { SharedCase } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Brand } from "../../ui/brand";
import { LanguageSwitch } from "../../ui/language";
import { Message } from "../../ui/message";
import { EvidenceList } from "../case/evidence-list";
import { LevelScale } from "../case/level-scale";
import { Player } from "../case/player";
import { usePlayer } from "../case/use-player";
import { useDates } from "../format";
import { Loading } from "../parts/load-state";
import { ThemeSwitch } from "../shell/theme-switch";
import { ReadTranscript } from "./read-transcript";
import { Watermark } from "./watermark";

const api = createClient<paths>({ credentials: "same-origin" });

/** A case behind a link: for one named person, without a login, to look at only. */
export default function SharedPage() {
  const text = useText();
  const { t } = text;
  const token = window.location.hash.slice(1);
  const query = useQuery({
    queryKey: ["shared", token],
    queryFn: () => unwrap(api.POST("/api/shared", { body: { token } })),
    staleTime: Number.POSITIVE_INFINITY, // each opening goes on record; a glance elsewhere is none
    retry: false,
  });
  return (
    <div className="shared">
      <header className="shared-head">
        <Brand />
        <div className="head-tools">
          <LanguageSwitch onChosen={() => undefined} />
          <ThemeSwitch />
        </div>
      </header>
      <main>
        {query.isPending && <Loading />}
        {query.error && (
          <Message isUrgent testId="link-refused" title={t("errors.title")} tone="danger">
            {errorText(text, query.error)}
          </Message>
        )}
        {query.data && <Shown data={query.data} />}
      </main>
    </div>
  );
}

function Shown({ data }: { readonly data: SharedCase }) {
  const { t } = useText();
  const { dateTime } = useDates();
  const player = usePlayer(data.recordings);
  const seen = useMemo(() => new Date().toISOString(), []);
  return (
    <>
      <Watermark lines={[data.label, dateTime(seen)]} />
      <h1 data-testid="case-candidate">{data.candidate_name}</h1>
      <p className="muted">
        {data.plan.title} · {dateTime(data.held_at)}
      </p>
      <Message tone="info">
        {t("shared.lead", { label: data.label, at: dateTime(data.expires_at) })}
      </Message>
      <div className="case-grid shared-grid">
        <div className="case-media">
          <div className="case-player">
            <Player
              data={{ session: { duration: data.duration }, questions: data.questions }}
              player={player}
            />
          </div>
          <ReadTranscript data={data} onSeek={player.seek} time={player.time} />
        </div>
        <div className="case-work stack">
          <h2>{t("rating.title")}</h2>
          {data.competencies.map((competency) => {
            const rating = data.ratings.find((one) => one.competency_id === competency.id);
            return (
              <article className="card rating" data-testid="shared-rating" key={competency.id}>
                <div className="card-line">
                  <h3>{competency.name}</h3>
                  <span className="rater">{t(`review.state.${competency.state}`)}</span>
                </div>
                {rating && rating.level !== null ? (
                  <>
                    <p className="level-line">
                      <strong>{t("rating.level", { level: rating.level })}</strong>
                    </p>
                    <LevelScale rating={{ ...rating, score: null }} />
                  </>
                ) : (
                  <p className="muted">{t("rating.unrated")}</p>
                )}
                {rating?.reason && <p className="reason">{rating.reason}</p>}
                <EvidenceList
                  evidence={rating?.evidence ?? []}
                  hasLevel={false}
                  onSeek={player.seek}
                />
              </article>
            );
          })}
        </div>
      </div>
    </>
  );
}
