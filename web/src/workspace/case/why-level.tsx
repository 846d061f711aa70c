import type { Case, Rating } from "../../api/types";
import { useText } from "../../i18n";
import { wordText } from "../../i18n/text";
import { decimal } from "../format";

type Answer = NonNullable<Rating["detail"]["answers"]>[number];
type Contribution = Answer["contributions"][number];

interface Props {
  readonly rating: Rating;
  readonly questions: Case["questions"];
}

/** Every number that led to the level, so that a person can disagree with one of them. */
export function WhyLevel({ rating, questions }: Props) {
  const text = useText();
  const { t } = text;
  const answers = rating.detail.answers ?? [];
  if (answers.length === 0) return null;
  const indexOf = (id: string) => (questions.find((q) => q.id === id)?.index ?? 0) + 1;
  return (
    <details className="why">
      <summary data-testid="why">{t("rating.why")}</summary>
      {answers.map((answer) => (
        <div key={answer.question_id}>
          <h5>
            {t("rating.answer", { index: indexOf(answer.question_id) })}
            {answer.score !== null && (
              <span className="muted">
                {" "}
                · {t("rating.score", { score: decimal(answer.score) })}
              </span>
            )}
          </h5>
          {answer.abstained && (
            <p className="muted small">{wordText(text, "abstain", answer.abstained)}</p>
          )}
          {answer.contributions.length > 0 && (
            <Contributions contributions={answer.contributions} />
          )}
        </div>
      ))}
    </details>
  );
}

function Contributions({ contributions }: { readonly contributions: readonly Contribution[] }) {
  const text = useText();
  const { t } = text;
  const widest = Math.max(...contributions.map((one) => Math.abs(one.contribution)), 0.01);
  const sum = contributions.reduce((total, one) => total + one.contribution, 0);
  return (
    <table className="contributions">
      <thead>
        <tr>
          <th scope="col">{t("rating.feature")}</th>
          <th scope="col">{t("rating.value")}</th>
          <th scope="col">{t("rating.weight")}</th>
          <th scope="col">{t("rating.contribution")}</th>
        </tr>
      </thead>
      <tbody>
        {contributions.map(({ feature, value, weight, contribution }) => (
          <tr key={feature}>
            <th scope="row">{wordText(text, "feature", feature)}</th>
            <td>{decimal(value, weight === 0 ? 0 : 2)}</td>
            <td>{decimal(weight, 2)}</td>
            <td>
              <Bar share={contribution / widest} />
              <span className="effect">{signed(contribution)}</span>
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th colSpan={3} scope="row">
            {t("rating.sum")}
          </th>
          <td>
            <span className="effect">{decimal(sum, 2)}</span>
          </td>
        </tr>
      </tfoot>
    </table>
  );
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}

function Bar({ share }: { readonly share: number }) {
  const width = `${Math.min(1, Math.abs(share)) * 50}%`;
  const side = share < 0 ? { right: "50%" } : { left: "50%" };
  return (
    <span aria-hidden="true" className="bar">
      <span
        className="bar-fill"
        data-negative={share < 0 || undefined}
        style={{ width, ...side }}
      />
    </span>
  );
}
