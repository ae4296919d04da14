import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coarseKey, searchKey, searchText, vowelledKey } from './search-key.ts'

/** Written by hand from names common in Maharashtra and Hindi speaking states, with the spellings found on real lists. */
const devanagari = `
सुनीता Sunita|अनिता Anita|अनीता Aneeta|लक्ष्मी Lakshmi|लक्ष्मी Laxmi|ज्ञानेश्वर Dnyaneshwar|ज्ञानेश्वर Gyaneshwar
ज्ञानेश्वर Jnaneshwar|चौधरी Chaudhary|चौधरी Choudhari|फुले Phule|फुले Fule|विठ्ठल Vitthal|विठ्ठल Vithal|राव Rao|जाधव Jadhav
जाधव Jadhao|आंबेडकर Ambedkar|सिंह Singh|सिंह Sinha|कानपुर Kanpur|रजनी Rajni|रजनी Rajani|ममता Mamta|गणेश Ganesh|शिंदे Shinde
पाटील Patil|देशमुख Deshmukh|कुलकर्णी Kulkarni|श्रीनिवास Shrinivas|श्रीनिवास Srinivas|यशवंत Yashwant|यशवंत Yeshwant
मोहम्मद Mohammad|मोहम्मद Mohammed|फ़ातिमा Fatima|ज़ीनत Zeenat|जीनत Zeenat|अरोड़ा Arora|चोपड़ा Chopra|राठौड़ Rathore
राठोड Rathod|विक्टर Victor|फ्रांसिस Francis|डिकोस्टा D'Costa|प्रज्ञा Pradnya|प्रज्ञा Pragya|प्रज्ञा Pragna|याज्ञिक Yagnik
विश्वास Vishwas|वैशाली Vaishali|ऐश्वर्या Aishwarya|कृष्णा Krishna|ऋषिकेश Rishikesh|ऋतुजा Rutuja|चंद्रकांत Chandrakant
छाया Chhaya|द्विवेदी Dwivedi|मिश्रा Mishra|त्रिपाठी Tripathi|उपाध्याय Upadhyay|गढ़वाल Garhwal|पिंपरी Pimpri|संभाजी Sambhaji
बाळासाहेब Balasaheb|क्षीरसागर Kshirsagar|वाघ Wagh|मंगेश Mangesh|नरसिंह Narasimha|हुसैन Hussain|सय्यद Sayyed|सय्यद Syed
शेख Shaikh|शेख Sheikh|ख़ान Khan|इस्माईल Ismail`
const otherScripts = `
জ্যোতি Jyoti|বিশ্বাস Biswas|রবীন্দ্রনাথ Rabindranath|মুখার্জি Mukherjee|ਸਿੰਘ Singh|ਗੁਰਪ੍ਰੀਤ Gurpreet|પટેલ Patel|શાહ Shah
ଜଗନ୍ନାଥ Jagannath|రాజేశ్వరి Rajeshwari|వెంకట Venkata|ಮಂಜುನಾಥ Manjunath|ಸಿದ್ದರಾಮಯ್ಯ Siddaramaiah|കൃഷ്ണൻ Krishnan|രാജൻ Rajan
தமிழ் Tamil|ஜெயலலிதா Jayalalitha|லட்சுமி Lakshmi`
const tamil = 'முருகன் Murugan|செல்வி Selvi|பாலு Balu|கந்தசாமி Kandasamy|கோபால் Gopal|தேவி Devi'

const pairs = (list: string) => list.trim().split(/[|\n]/).map((pair) => pair.split(' ') as [string, string])

describe('searchKey', () => {
  it.each(pairs(devanagari))('%s is %s', (native, latin) => {
    expect(searchKey(native)).toBe(searchKey(latin))
  })

  it.each(pairs(otherScripts))('%s is %s', (native, latin) => {
    expect(searchKey(native)).toBe(searchKey(latin))
  })

  it.each(pairs(tamil))('coarsely, %s is %s', (native, latin) => {
    expect(coarseKey(searchKey(native))).toBe(coarseKey(searchKey(latin)))
  })

  it.each([
    ['सुनीता', 'Savita'], ['राम', 'Raj'], ['गोपाल', 'Kapil'], ['सीता', 'Gita'], ['उमा', 'Mai'], ['शिंदे', 'Sane'], ['पाटील', 'Patel Nagar'],
    ['राठौड़', 'Rathi'], ['Anil', 'Nila'], ['चंद्र', 'Kendra'], ['Ward 11', 'Ward 1'],
  ])('%s is not %s', (one, other) => {
    expect(searchKey(one)).not.toBe(searchKey(other))
  })

  it('has a key for every name of letters, in small letters and without accents', () => {
    fc.assert(fc.property(fc.stringMatching(/^[A-Za-zāīūṇś]{1,12}$/), (name) => {
      expect(searchKey(name)).toMatch(/^[a-z]+$/)
      expect(searchKey(name.toUpperCase())).toBe(searchKey(name))
    }))
    expect(searchKey('आई')).toBe(searchKey('Aai'))
  })

  it('takes any text there is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(searchKey(text).split(' ').length).toBeLessThanOrEqual(Math.max(1, searchText(text).split(' ').length))
    }))
  })
})

describe('vowelledKey', () => {
  it.each([['सुनीता', 'Sunita'], ['संजय', 'Sanjay'], ['गौरी', 'Gauri'], ['दीपक', 'Deepak'], ['पूजा', 'Pooja'], ['चौधरी', 'Choudhary']])(
    '%s is %s',
    (native, latin) => {
      expect(vowelledKey(native)).toBe(vowelledKey(latin))
    },
  )

  it('tells apart what the skeleton does not', () => {
    expect(searchKey('Sunita')).toBe(searchKey('Sonata'))
    expect(vowelledKey('Sunita')).not.toBe(vowelledKey('Sonata'))
  })
})

describe('searchText', () => {
  it.each([
    ['  Sunita   PATIL ', 'sunita patil'], ['Sunītā', 'sunita'], ["O'Brien, घर ४२", 'obrien घर 42'], ['क़लाम', 'क\u093cलाम'], ['!?', ''],
  ])('%s -> %s', (text, normal) => {
    expect(searchText(text)).toBe(normal)
  })
})
