import type { PlanForm } from "./draft";

/** Plans to start from. Their language is that of the interview, not of the page. */
export const SAMPLES: Readonly<Record<"zh" | "en", PlanForm>> = {
  en: {
    title: "Reliability engineer",
    language: "en",
    jurisdiction: "CN",
    reviewHours: 72,
    competencies: [
      {
        key: "c1",
        name: "Problem solving",
        description: "Finds the cause of a fault and proves that it was the cause.",
        anchor1: "Names symptoms or blames others; no own steps.",
        anchor3: "Describes how a likely cause was found and one test that supported it.",
        anchor5:
          "Narrows the cause down step by step, proves it with data, repairs it and prevents its return, with a measured result.",
      },
      {
        key: "c2",
        name: "Communication",
        description: "Says clearly what happened, to whom it matters and what comes next.",
        anchor1: "Hard to follow; no order, no listener in mind.",
        anchor3: "Clear in most parts; says what happened and what was done.",
        anchor5:
          "Clear from start to end; adapts to the listener, admits mistakes and names the next step and its date.",
      },
    ],
    questions: [
      {
        id: "q1",
        text: "Tell us about a time you found a fault that nobody had reported yet. What did you do, and what changed afterwards?",
        think: 30,
        seconds: 180,
        retakes: 1,
        competencies: ["c1", "c2"],
      },
      {
        id: "q2",
        text: "A release failed and a customer lost a day of work. What do you tell them, and what do you do in the week after?",
        think: 30,
        seconds: 180,
        retakes: 1,
        competencies: ["c1", "c2"],
      },
    ],
  },
  zh: {
    title: "客户成功经理",
    language: "zh",
    jurisdiction: "CN",
    reviewHours: 72,
    competencies: [
      {
        key: "c1",
        name: "客户沟通",
        description: "倾听并澄清客户的真实需求，作出可以兑现的承诺。",
        anchor1: "只复述客户的话，没有澄清，也没有后续行动。",
        anchor3: "能澄清客户的问题，并说明采取了哪些步骤。",
        anchor5: "主动澄清需求，坦诚说明问题，给出明确的承诺和时间，并用结果说明客户得到了什么。",
      },
      {
        key: "c2",
        name: "解决问题",
        description: "找到问题的原因，推动解决并防止再次发生。",
        anchor1: "只描述现象，或把责任推给他人。",
        anchor3: "能说明原因以及自己采取的主要措施。",
        anchor5: "用数据逐步定位原因，协调相关人员解决，并说明如何避免再次发生以及效果。",
      },
    ],
    questions: [
      {
        id: "q1",
        text: "请讲一次您挽回客户信任的经历：当时发生了什么，您做了什么，结果如何？",
        think: 30,
        seconds: 180,
        retakes: 1,
        competencies: ["c1", "c2"],
      },
      {
        id: "q2",
        text: "客户提出的需求无法按期完成时，您会如何处理？请结合实际例子说明。",
        think: 30,
        seconds: 180,
        retakes: 1,
        competencies: ["c1", "c2"],
      },
    ],
  },
};
