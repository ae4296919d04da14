/** What is said at a step of that name. */
export const stepTexts = {
  returnForInfo: [
    'Please tell us the house number or a landmark.',
    'Please send a photo so that we bring the right material.',
    'कृपया बताएँ कि यह कब से हो रहा है।'
  ],
  supplyInfo: [
    'It is the third house after the corner, blue gate.',
    'The photo shows the place; it happens every morning.',
    'यह पिछले दो हफ़्ते से हो रहा है, मंदिर के ठीक सामने।'
  ],
  askReassign: [
    'This pole belongs to the electricity company, not to us.',
    'I am on leave from tomorrow, please give it to a colleague.',
    'The place lies in the neighbouring ward.'
  ],
  transfer: [
    'The road belongs to the state highway; they have been informed.',
    'This is for the district administration.'
  ],
  interimReply: [
    'Material is ordered and expected within the week.',
    'We have to wait for the water to be shut off on Thursday.',
    'सामान मँगाया गया है, एक सप्ताह में काम होगा।'
  ],
  resolve: [
    'Repaired and checked with the residents.',
    'The work is done; the place was cleaned afterwards.',
    'काम पूरा हो गया है, मोहल्ले वालों को दिखा दिया गया।',
    'Replaced the part, tested in the evening.',
    'Cleared today with two workers and a tractor.'
  ],
  reject: [
    'The matter is before a court; we cannot decide on it.',
    'This is a dispute inside a family, the office cannot act.',
    'The text does not say what should be done.'
  ],
  reopen: ['It is broken again since this morning.', 'Only half of it was done.', 'समस्या फिर से शुरू हो गई है।'],
  appeal: [
    'I do not agree: nobody came to look at it.',
    'The answer does not fit what I wrote.',
    'मैं इस उत्तर से संतुष्ट नहीं हूँ।'
  ],
  upholdAppeal: [
    'We looked at it again; the work has now been done properly.',
    'The appeal is right. The mistake has been corrected.'
  ],
  dismissAppeal: ['We looked at it again and the first answer stands.'],
  escalate: ['The target time has passed.'],
  withdraw: ['It has been settled, thank you.', 'The neighbours repaired it themselves.'],
  proof: ['Photo after the work.', 'काम के बाद की फ़ोटो।'],
  note: [
    'Called the reporter; nobody answered, will try again in the evening.',
    'Same street as last month, please look at the whole line.',
    'The contractor has been told.',
    'फ़ील्ड टीम को सूचना दी गई।'
  ]
} as const
export type StepText = keyof typeof stepTexts

export const transferTargets = [
  'State Public Works Department',
  'Electricity distribution company',
  'District administration',
  'State Pollution Control Board'
] as const
