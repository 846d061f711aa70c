import { useEffect, useMemo, useReducer, useRef, useState } from "react";
import { ApiProblem, unwrap } from "../../api/problem";
import type { Interview, Written } from "../../api/types";
import { Drafts } from "../../core/drafts";
import { useClient } from "../use-client";

interface Input {
  readonly view: Interview;
  readonly token: string;
  readonly written: Written;
  readonly onDone: (view: Interview) => void;
}

const FINAL = new Set(["session_over", "time_over", "question_mismatch", "invitation_erased"]);

function isFinal(error: unknown): boolean {
  return error instanceof ApiProblem && FINAL.has(error.code);
}

export function useDrafts({ view, token, written, onDone }: Input) {
  const client = useClient(token);
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const [endsAt, setEndsAt] = useState(written.ends_at);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const first = useRef({ questions: view.questions, answers: written.answers });

  const drafts = useMemo(() => {
    const save = async (id: string, text: string) => {
      const params = { path: { question_id: id } };
      const kept = await unwrap(
        client.PUT("/api/candidate/written/{question_id}", { params, body: { text } }),
      );
      setEndsAt(kept.ends_at);
    };
    const made = new Drafts(["candor.written", view.session_id].join("."), {
      save,
      store: localStorage,
      changed: draw,
      isFinal,
    });
    const { questions, answers } = first.current;
    for (const { id } of questions) {
      made.begin(id, answers.find((answer) => answer.question_id === id)?.text ?? "");
    }
    return made;
  }, [client, view.session_id]);
  useEffect(() => () => drafts.stop(), [drafts]);

  const submit = async () => {
    setBusy(true);
    setError(null);
    try {
      // What came too late stays out; what is already kept is handed in.
      await drafts.settle().catch((problem: unknown) => {
        if (!isFinal(problem)) throw problem;
      });
      onDone(await unwrap(client.POST("/api/candidate/written/submit")));
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return { drafts, endsAt, submit: () => void submit(), isBusy, error };
}
