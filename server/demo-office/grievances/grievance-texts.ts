/** What citizens say, by category code. `{place}` becomes a landmark. */
export const descriptions: Readonly<Record<string, { en: readonly string[]; hi: readonly string[] }>> = {
  'street-light': {
    en: [
      'The street light near {place} has been off for four nights. Women coming back from the tuition class are afraid to walk here.',
      'Three poles in a row are dark beside {place}.',
      'The light at {place} burns all day and is off at night. Please check the timer.'
    ],
    hi: [
      '{place} के पास की स्ट्रीट लाइट चार रात से बंद है। अंधेरे में गिरने का डर रहता है।',
      '{place} के सामने खंभे की बत्ती टिमटिमाती रहती है, कृपया ठीक करें।'
    ]
  },
  'loose-wire': {
    en: [
      'A wire hangs so low near {place} that it touches the autos.',
      'Sparks came from the pole beside {place} when it rained last night.',
      'The box of the pole at {place} is open and children play next to it.'
    ],
    hi: [
      '{place} के पास बिजली का तार बहुत नीचे लटक रहा है, कभी भी दुर्घटना हो सकती है।',
      'बारिश में {place} के खंभे से चिंगारी निकलती है।'
    ]
  },
  pothole: {
    en: [
      'Deep pothole in front of {place}. Two scooters fell this week.',
      'The road from {place} to the bus stop is broken after the pipe work and was never repaired.',
      'The cut across the road at {place} is filled with loose stones only.'
    ],
    hi: ['{place} के सामने बड़ा गड्ढा है, रात में दिखता नहीं।', 'पाइप डालने के बाद {place} की सड़क वैसी ही छोड़ दी गई है।']
  },
  footpath: {
    en: [
      'Slabs of the footpath are missing near {place}; my father, who walks with a stick, has to use the road.',
      'Tree roots have lifted the footpath at {place}.',
      'The ramp at {place} is broken, a wheelchair cannot get up.'
    ],
    hi: ['{place} के पास फुटपाथ की पटियाँ टूट गई हैं।', '{place} का फुटपाथ इतना ऊँचा-नीचा है कि बुज़ुर्ग चल नहीं पाते।']
  },
  encroachment: {
    en: [
      'Building material lies on half of the road beside {place} for two weeks.',
      'A shop at {place} has put its counter on the footpath.',
      'A scrapped car blocks the lane behind {place}.'
    ],
    hi: ['{place} के पास सड़क पर रेत और गिट्टी पड़ी है, एम्बुलेंस नहीं निकल पाती।', 'दुकानदार ने {place} का पूरा फुटपाथ घेर लिया है।']
  },
  'traffic-sign': {
    en: [
      'There is no speed breaker at {place} although a school is right there.',
      'The no entry sign at {place} has fallen and buses come in from both sides.',
      'The zebra crossing at {place} cannot be seen any more.'
    ],
    hi: ['{place} पर स्कूल है लेकिन स्पीड ब्रेकर नहीं है।', '{place} का एकतरफ़ा रास्ते का बोर्ड गिर गया है।']
  },
  'no-water': {
    en: [
      'No water in our lane behind {place} for three days.',
      'Water comes at 3 at night for ten minutes only near {place}.',
      'The tanker promised to {place} did not come.'
    ],
    hi: ['{place} की गली में तीन दिन से पानी नहीं आया।', '{place} के पास नल में सिर्फ़ दस मिनट पानी आता है, वह भी रात में।']
  },
  'dirty-water': {
    en: [
      'The tap water near {place} is brown and smells of sewage. Two children are ill.',
      'Worms in the drinking water at {place} since the drain was dug.',
      'The water at {place} leaves yellow stains and tastes of iron.'
    ],
    hi: [
      '{place} के पास नल का पानी बदबूदार आ रहा है, बच्चे बीमार हो रहे हैं।',
      'पीने के पानी में कीड़े दिख रहे हैं, {place} के सभी घरों में।'
    ]
  },
  'pipe-leak': {
    en: [
      'Clean water runs into the drain day and night at {place}.',
      'The joint of the main pipe at {place} leaks, the road is sinking.',
      'The valve at {place} has been dripping since the repair.'
    ],
    hi: ['{place} पर मुख्य पाइप फट गया है, सड़क पर पानी बह रहा है।', '{place} के वॉल्व से लगातार पानी टपक रहा है।']
  },
  'hand-pump': {
    en: [
      'The hand pump at {place} has no handle; forty families depend on it.',
      'The hand pump near {place} gives sand with the water.',
      'The platform of the pump at {place} is broken and dirty water runs back in.'
    ],
    hi: ['{place} का हैंडपंप ख़राब है, चालीस परिवार इसी पर निर्भर हैं।', '{place} के हैंडपंप का हत्था टूट गया है।']
  },
  'drain-blocked': {
    en: [
      'The drain beside {place} overflows into our houses.',
      'The silt taken out of the drain at {place} was left next to it and has fallen back.',
      'A plastic sheet blocks the culvert at {place}.'
    ],
    hi: ['{place} की नाली जाम है, गंदा पानी घरों में घुस रहा है।', 'नाली से निकाला कीचड़ {place} पर ही पड़ा है।']
  },
  'manhole-open': {
    en: [
      'The manhole in front of {place} has no cover. We put a branch in it so that nobody falls.',
      'The cover at {place} is cracked and moves when buses pass.',
      'Open manhole beside the school gate at {place}. Very dangerous.'
    ],
    hi: ['{place} के सामने मैनहोल का ढक्कन नहीं है, बहुत ख़तरनाक है।', '{place} के मैनहोल का ढक्कन टूट गया है, कृपया जल्दी बदलें।']
  },
  waterlogging: {
    en: [
      'Knee-deep water at {place} after every rain.',
      'The underpass near {place} is full of water, children cannot go to school.',
      'Water stands at {place} for days; the ground is higher than the drain.'
    ],
    hi: ['हर बारिश में {place} पर घुटनों तक पानी भर जाता है।', '{place} के पास कई दिनों से पानी जमा है।']
  },
  'garbage-pickup': {
    en: [
      'The garbage cart has not come to the lane of {place} for five days.',
      'The collector at {place} takes only from the first houses.',
      'Wet and dry waste are mixed again in the vehicle at {place}.'
    ],
    hi: ['{place} की गली में पाँच दिन से कचरा गाड़ी नहीं आई।', 'कचरा गाड़ी {place} पर रुकती ही नहीं।']
  },
  'garbage-dump': {
    en: [
      'People throw garbage on the plot next to {place}, cows and dogs spread it.',
      'The bin at {place} has been overflowing since the festival.',
      'Somebody burns plastic at {place} every evening.'
    ],
    hi: ['{place} के बगल के प्लॉट में कचरे का ढेर लगा है।', 'त्योहार के बाद से {place} का कूड़ेदान भरा पड़ा है।']
  },
  'public-toilet': {
    en: [
      'The public toilet at {place} is locked since Monday.',
      'There is no water in the toilet near {place}.',
      'The light in the ladies section at {place} does not work.'
    ],
    hi: ['{place} का सार्वजनिक शौचालय कई दिन से बंद है।', '{place} के शौचालय में पानी नहीं है।']
  },
  'dead-animal': {
    en: [
      'A dead calf lies beside the road at {place}.',
      'A dog was run over near {place}; the smell is bad.',
      'Dead pigs in the drain behind {place}.'
    ],
    hi: ['{place} के पास मरा हुआ बछड़ा पड़ा है।', '{place} पर मरे हुए कुत्ते से बदबू आ रही है।']
  },
  'fallen-tree': {
    en: [
      'A big branch has fallen on the road at {place}.',
      'The neem tree at {place} leans over the school wall and may fall.',
      'After the storm a tree lies on the wires near {place}.'
    ],
    hi: ['आँधी में {place} के पास पेड़ गिर गया है, रास्ता बंद है।', '{place} का सूखा पेड़ कभी भी गिर सकता है।']
  },
  park: {
    en: [
      'The swings in the park at {place} are broken.',
      'The grass in the park near {place} is as high as a child; there are snakes.',
      'The gate of the park at {place} stays locked in the evening.'
    ],
    hi: ['{place} के पार्क के झूले टूटे हुए हैं।', '{place} के पार्क में घास बहुत बढ़ गई है।']
  },
  mosquitoes: {
    en: [
      'Many mosquitoes around {place}; three people in our lane have dengue.',
      'There was no fogging at {place} this season.',
      'Old tyres full of water are stored at {place}.'
    ],
    hi: ['{place} के आसपास मच्छर बहुत हैं, डेंगू फैल रहा है।', 'इस मौसम में {place} पर फ़ॉगिंग नहीं हुई।']
  },
  'stray-dogs': {
    en: [
      'A pack of dogs near {place} chases children on bicycles.',
      'A bull stands on the road at {place} every day and attacks people.',
      'A dog bit two people at {place} yesterday.'
    ],
    hi: ['{place} के पास कुत्तों का झुंड बच्चों पर झपटता है।', '{place} पर साँड़ रास्ता रोक कर खड़ा रहता है।']
  },
  noise: {
    en: [
      'Loudspeakers at {place} until two at night; my son has exams.',
      'The workshop near {place} runs its machines all night.',
      'Trucks unload at {place} at four in the morning.'
    ],
    hi: ['{place} पर रात दो बजे तक लाउडस्पीकर बजता है।', '{place} के पास कारख़ाना रात भर चलता है।']
  },
  'certificate-delay': {
    en: [
      'I applied for the birth certificate of my daughter two months ago at {place} and heard nothing.',
      'The death certificate of my mother has a wrong name; the counter at {place} sends me from room to room.',
      'The certificate is needed for school admission, the clerk at {place} says come tomorrow.'
    ],
    hi: [
      'दो महीने पहले {place} पर जन्म प्रमाणपत्र का आवेदन दिया था, अब तक नहीं मिला।',
      'मृत्यु प्रमाणपत्र में नाम गलत है, {place} पर कोई सुनता नहीं।'
    ]
  },
  'property-tax': {
    en: [
      'The tax bill for our house near {place} shows two floors, there is only one.',
      'I paid at {place} in April and the notice says unpaid.',
      'The bill for the shop at {place} is in the name of the former owner.'
    ],
    hi: ['{place} के पास हमारे मकान का कर दोगुना आ गया है।', 'अप्रैल में {place} पर कर जमा किया था, फिर भी नोटिस आया है।']
  }
}

export const landmarks = {
  en: [
    'the primary school',
    'the water tank',
    'Hanuman temple',
    'the ration shop',
    'the post office',
    'Jama Masjid',
    'the bus stand',
    'the dairy',
    'the community hall',
    'the banyan tree',
    'the clinic',
    'house no. 114',
    'the petrol pump',
    'the library'
  ],
  hi: [
    'प्राथमिक विद्यालय',
    'पानी की टंकी',
    'हनुमान मंदिर',
    'राशन की दुकान',
    'डाकघर',
    'जामा मस्जिद',
    'बस अड्डे',
    'डेयरी',
    'सामुदायिक भवन',
    'बरगद के पेड़',
    'दवाख़ाने',
    'मकान नं. 114',
    'पेट्रोल पंप',
    'पुस्तकालय'
  ]
} as const
