import { Tabs } from "@mantine/core";
import type { Case, Decision } from "../../api/types";
import { useText } from "../../i18n";
import { useMay } from "../queries";
import { CaseAudit } from "./case-audit";
import { CommentsPanel } from "./comments-panel";
import { CompetencyCard } from "./competency-card";
import { DecisionsPanel } from "./decisions-panel";
import { FacesPanel } from "./faces-panel";
import { StatsPanel } from "./stats-panel";
import type { Player } from "./use-player";
import type { useReview } from "./use-review";
import { useComments } from "./use-work";

const TABS = ["ratings", "comments", "decisions", "stats", "faces", "audit"] as const;
export type Tab = (typeof TABS)[number];

interface Props {
  readonly data: Case;
  readonly decisions: readonly Decision[];
  readonly mayDecide: boolean;
  readonly onLetter: (decisionId: string) => void;
  readonly player: Player;
  readonly review: ReturnType<typeof useReview>;
  readonly tab: Tab;
  readonly setTab: (tab: Tab) => void;
}

export function CaseTabs(props: Props) {
  const { data, decisions, mayDecide, onLetter, player, review, tab, setTab } = props;
  const { t } = useText();
  const counts: Partial<Record<Tab, number>> = {
    comments: useComments(data.session.id).data?.length ?? 0,
    decisions: decisions.length,
  };
  return (
    <Tabs
      className="case-tabs"
      keepMounted={false}
      onChange={(value) => setTab(TABS.find((one) => one === value) ?? "ratings")}
      value={tab}
    >
      <Tabs.List>
        {TABS.map((one) => (
          <Tabs.Tab
            data-testid={`tab-${one}`}
            key={one}
            rightSection={counts[one] ? <span className="count">{counts[one]}</span> : undefined}
            value={one}
          >
            {t(one === "comments" || one === "decisions" ? `review.${one}Tab` : `case.${one}Tab`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="ratings">
        <Ratings data={data} player={player} review={review} />
      </Tabs.Panel>
      <Tabs.Panel value="comments">
        <CommentsPanel
          caseId={data.session.id}
          isWriting={tab === "comments"}
          onSeek={player.seek}
          time={player.time}
        />
      </Tabs.Panel>
      <Tabs.Panel value="decisions">
        <DecisionsPanel
          data={data}
          decisions={decisions}
          mayDecide={mayDecide}
          onLetter={onLetter}
        />
      </Tabs.Panel>
      <Tabs.Panel value="faces">
        <FacesPanel data={data} onSeek={player.seek} time={player.time} />
      </Tabs.Panel>
      <Tabs.Panel value="stats">
        <StatsPanel data={data} />
      </Tabs.Panel>
      <Tabs.Panel value="audit">
        <CaseAudit id={data.session.id} />
      </Tabs.Panel>
    </Tabs>
  );
}

/** Also what nobody has rated yet: without a model's proposal a person still can. */
function Ratings({ data, player, review }: Pick<Props, "data" | "player" | "review">) {
  const { t } = useText();
  const mayRate = useMay()("cases.rate");
  const isModelAllowed = data.consent?.purposes.ai_scoring ?? false;
  return (
    <>
      {data.ratings.length > 0 && <p className="muted small">{t("rating.lead")}</p>}
      {data.ratings.length === 0 && isModelAllowed && <p className="muted">{t("rating.none")}</p>}
      <div className="rating-grid">
        {data.competencies.map((competency, index) => (
          <CompetencyCard
            competency={competency}
            data={data}
            isSelected={index === review.selected}
            key={competency.id}
            mayRate={mayRate}
            onSay={(said) => review.say(index, said)}
            onSeek={player.seek}
            onSelect={() => review.setSelected(index)}
            ref={(element) => {
              if (element) review.cards.current.set(competency.id, element);
            }}
          />
        ))}
      </div>
    </>
  );
}
