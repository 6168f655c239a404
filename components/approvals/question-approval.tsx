'use client'
import { useState } from 'react'
import { joinAnswers, readQuestions } from '../../lib/agent-questions.ts'
import type { OperatorView } from '../../lib/api.ts'
import { formatPlural } from '../../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { CardFrame } from './card-frame.tsx'
import { Decision } from './decision.tsx'
import { ExactCall } from './exact-call.tsx'
import { type Choice, NO_CHOICE, QuestionField, spoken } from './question-field.tsx'
import { ReasonForm } from './reason-form.tsx'
import { useAnswer } from './use-answer.ts'
import type { Waiting } from './waiting.ts'

/** The agent's questions, answered in the page. */
export function QuestionApproval({ approval, operator }: { approval: Waiting; operator: OperatorView }) {
  const given = useAnswer(approval.id)
  const { busy, problem, settled, answer } = given
  const [chosen, setChosen] = useState<Record<string, Choice>>({})
  const [asked, setAsked] = useState(false)
  const [refusing, setRefusing] = useState(false)
  const questions = readQuestions(approval.input)
  const canAnswer = operator.role !== 'viewer'
  if (questions.length === 0)
    return (
      <CardFrame
        approval={approval}
        foot={<Decision approval={approval} operator={operator} given={given} allow="Go on" />}
      >
        <ExactCall name={approval.tool_name} input={approval.input} />
      </CardFrame>
    )

  const answers = questions.map(({ question }) => spoken(chosen[question] ?? NO_CHOICE))
  const open = answers.filter((said) => said.length === 0).length

  function send() {
    if (open > 0) return setAsked(true)
    const said = questions.map(({ question }, place) => [question, joinAnswers(answers[place] ?? [])])
    void answer('send', { decision: 'allow', answers: Object.fromEntries(said) })
  }

  const foot = !canAnswer ? (
    <p className="text-13 text-muted">Only an operator or an admin can answer this.</p>
  ) : refusing ? (
    <ReasonForm
      label="Why not"
      hint="The agent is told this, and goes on from it."
      verb="Don’t answer"
      busy={busy === 'deny' && 'Sending…'}
      onSubmit={(reason) => answer('deny', { decision: 'deny', reason })}
      onBack={() => setRefusing(false)}
    />
  ) : (
    <div className="flex flex-wrap items-center gap-2">
      <Button variant="primary" disabled={!settled} busy={busy === 'send' && 'Sending…'} onClick={send}>
        Send {questions.length === 1 ? 'the answer' : 'the answers'}
      </Button>
      <Button disabled={!settled} onClick={() => setRefusing(true)}>
        Don’t answer…
      </Button>
      {questions.length > 1 ? (
        <span className="ml-auto text-12 text-faint">
          {open === 0 ? 'All answered' : `${formatPlural(open, 'question')} open`}
        </span>
      ) : null}
    </div>
  )

  return (
    <CardFrame
      approval={approval}
      foot={
        <>
          {problem ? <ProblemNotice problem={problem} /> : null}
          {foot}
        </>
      }
    >
      {questions.map((question) => (
        <QuestionField
          key={question.question}
          question={question}
          choice={chosen[question.question] ?? NO_CHOICE}
          readOnly={!canAnswer}
          missing={asked && spoken(chosen[question.question] ?? NO_CHOICE).length === 0}
          onChoose={(choice) => setChosen((now) => ({ ...now, [question.question]: choice }))}
        />
      ))}
    </CardFrame>
  )
}
