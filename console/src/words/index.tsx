import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { en, type Words } from './en';
import { zh } from './zh';

export type Language = 'en' | 'zh';

interface Speech {
  language: Language;
  choose: (language: Language) => void;
  words: Words;
}

const all: Record<Language, Words> = { en, zh };
const KEPT = 'bulkhead.language';

/** The language that was chosen before, else the browser's. */
export function firstLanguage(kept: string | null, browser: readonly string[]): Language {
  if (kept === 'en' || kept === 'zh') return kept;
  const known = browser.map((name) => name.split('-')[0]).find((name) => name === 'en' || name === 'zh');
  return known === 'zh' ? 'zh' : 'en';
}

const SpeechContext = createContext<Speech>({ language: 'en', choose: () => {}, words: en });

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(() => firstLanguage(localStorage.getItem(KEPT), navigator.languages));
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  const speech = useMemo(() => {
    const choose = (chosen: Language) => {
      localStorage.setItem(KEPT, chosen);
      setLanguage(chosen);
    };
    return { language, choose, words: all[language] };
  }, [language]);
  return <SpeechContext.Provider value={speech}>{children}</SpeechContext.Provider>;
}

export const useSpeech = () => useContext(SpeechContext);

/** The words of the language that is spoken. */
export const useWords = () => useContext(SpeechContext).words;

/** A sentence with its `{name}`s filled in. */
export function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}
