import type { Interview } from "../api/types";
import { useText } from "../i18n";
import { wordText } from "../i18n/text";
import { Choices } from "./choices";
import type { SittingControls } from "./use-sitting";

interface Props {
  readonly view: Interview;
  readonly controls: SittingControls;
}

export function Notice({ view, controls }: Props) {
  const { t } = useText();
  const seconds = view.questions.reduce((sum, question) => sum + question.seconds, 0);
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  return (
    <div className="column">
      <h1 tabIndex={-1}>{t("notice.title", { job: view.job_title })}</h1>
      <p className="lead">{t("notice.lead", { count: view.total_questions, minutes })}</p>
      <div className="notice-grid">
        <Point name="recorded" />
        <Models view={view} />
        <Point name="never" />
        <Point name="decides" />
        <Kept view={view} />
        <Point name="rights" />
      </div>
      <Choices controls={controls} view={view} />
      <p className="fine">{t("notice.version", { version: view.notice.version })}</p>
    </div>
  );
}

function Point({ name }: { readonly name: "recorded" | "never" | "decides" | "rights" }) {
  const { t } = useText();
  return (
    <section className="notice-point" data-kind={name}>
      <h2>{t(`notice.${name}.title`)}</h2>
      <p>{t(`notice.${name}.text`)}</p>
    </section>
  );
}

function Models({ view }: { readonly view: Interview }) {
  const { t } = useText();
  const { engine, available, is_fallback } = view.transcription;
  const speech = is_fallback ? "notice.models.speechFallback" : "notice.models.speech";
  const isFaceOffered = view.notice.purposes.some(
    (purpose) => purpose.purpose === "facial_analysis" && purpose.offered,
  );
  return (
    <section className="notice-point">
      <h2>{t("notice.models.title")}</h2>
      <ul>
        <li>{available && engine ? t(speech, { engine }) : t("notice.models.speechNone")}</li>
        <li>{t("notice.models.scoring")}</li>
        <li>{isFaceOffered ? t("notice.models.face") : t("notice.models.faceNever")}</li>
      </ul>
    </section>
  );
}

function Kept({ view }: { readonly view: Interview }) {
  const text = useText();
  const { t } = text;
  return (
    <section className="notice-point">
      <h2>{t("notice.kept.title")}</h2>
      {view.retention.length === 0 && <p>{t("notice.kept.none")}</p>}
      <dl className="kept">
        {view.retention.map(({ data_class, days }) => (
          <div key={data_class}>
            <dt>{wordText(text, "retention", data_class)}</dt>
            <dd>{t("notice.kept.days", { count: days })}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
