#include "notice_case.h"

/// Notices of Japanese carriers, providers and products, in the charsets they use.
TEST_CASE("notices from Japan") {
  check_notices({
      {"au",
       "Return-Path: <>\nFrom: Postmaster@ezweb.ne.jp\n"
       "Subject: Mail System Error - Returned Mail\n",
       "The user(s) account is disabled.\n\n<taro@ezweb.ne.jp>:\n  550 User unknown\n",
       "au",
       {{"taro@ezweb.ne.jp", "failed", "", 550, "suspend"}}},
      {"au one net",
       "Return-Path: <>\nFrom: no-reply@app.auone-net.jp\nSubject: Undelivered mail\n",
       "Your mail sent on: Sat, 21 Nov 2026 09:00:00 +0900\n"
       "    Could not be delivered to: <taro@example.auone-net.jp>\n"
       "    As their mailbox is full.\n\nTo: <taro@example.auone-net.jp>\nSubject: Hello\n",
       "au",
       {{"taro@example.auone-net.jp", "failed", "", 0, "mailboxfull"}}},
      {"docomo",
       "Return-Path: <>\nFrom: mailer-daemon@docomo.ne.jp\nSubject: Undelivered Mail Returned to "
       "Sender\n",
       "This message is undeliverable to the following address.\n\n<taro@docomo.ne.jp>\n"
       "550 Unknown user taro@docomo.ne.jp\n",
       "unknown",
       {{"taro@docomo.ne.jp", "failed", "", 550, "userunknown"}}},
      {"SoftBank",
       "Return-Path: <>\nFrom: MAILER-DAEMON@softbank.ne.jp\nSubject: Delivery Failure\n",
       "Mail could not be delivered to the recipient below.\n\n  taro@softbank.ne.jp\n\n"
       "550 Invalid recipient: <taro@softbank.ne.jp>\n",
       "unknown",
       {{"taro@softbank.ne.jp", "failed", "", 550, "userunknown"}}},
      {"Biglobe",
       "Return-Path: <>\nFrom: postmaster@biglobe.ne.jp\nSubject: Returned mail: see text\n"
       "Content-Type: text/plain; charset=iso-2022-jp\n",
       "   ----- The following addresses had delivery problems -----\ntaro@biglobe.ne.jp\n\n"
       "   ----- Non-delivered information -----\n"
       "The number of messages in recipient's mailbox exceeded the local limit.\n",
       "Biglobe",
       {{"taro@biglobe.ne.jp", "failed", "", 0, "mailboxfull"}}},
      {"m-FILTER in ISO-2022-JP",
       "Return-Path: <>\nFrom: postmaster@example.jp\nX-Mailer: m-FILTER\n"
       "Subject: =?iso-2022-jp?B?GyRCQXc/LiUoJWkhPBsoQg==?=\n"
       "Content-Type: text/plain; charset=iso-2022-jp\n",
       "\x1b$B$3$N%a!<%k$O!V\x1b(Bm-FILTER\x1b$B!W$,@8@.$7$F$$$^$9!#\x1b(B\n"
       "\x1b$B0J2<$N%\"%I%l%9$X$NAw?.$K<:GT$7$^$7$?!#\x1b(B\ntaro@example.jp\n\n\n"
       "-------server message\n550 5.1.1 unknown user <taro@example.jp>\n\n"
       "-------SMTP command\nDATA\n\n-------original message\nSubject: Hello\n",
       "m-FILTER",
       {{"taro@example.jp", "failed", "5.1.1", 550, "userunknown"}}},
      {"InterScan in Shift_JIS",
       "Return-Path: <>\nFrom: \"InterScan Notification\" <postmaster@example.jp>\n"
       "Subject: =?shift_jis?B?g4GBW4OLlHqQTYLJjriUc4K1gtyCtYK9?=\n"
       "Content-Type: text/plain; charset=shift_jis\nContent-Transfer-Encoding: 8bit\n",
       "\x83\x81\x81[\x83\x8b\x94z\x90M\x82\xc9\x8e\xb8\x94s\x82\xb5\x82\xdc\x82\xb5\x82\xbd\n"
       "\x91\x97\x90M >>> RCPT TO:<taro@example.com>\n"
       "\x8e\xf3\x90M <<< 550 5.1.1 <taro@example.com>... User unknown\n",
       "InterScan",
       {{"taro@example.com", "failed", "5.1.1", 550, "userunknown"}}},
      {"a provider in EUC-JP",
       "Return-Path: <>\nFrom: MAILER-DAEMON@example.ne.jp\nSubject: failure notice\n"
       "Content-Type: text/plain; charset=euc-jp\nContent-Transfer-Encoding: 8bit\n",
       // 以下の宛先に送信できませんでした。
       "\xb0\xca\xb2\xbc\xa4\xce\xb0\xb8\xc0\xe8\xa4\xcb\xc1\xf7\xbf\xae\xa4\xc7\xa4\xad\xa4\xde"
       "\xa4\xbb\xa4\xf3\xa4\xc7\xa4\xb7\xa4\xbf\xa1\xa3\n\ntaro@example.ne.jp\n"
       "552 5.2.2 Mailbox full\n",
       "unknown",
       {{"taro@example.ne.jp", "failed", "5.2.2", 552, "mailboxfull"}}},
      {"raw bytes without a charset",
       "Return-Path: <>\nFrom: MAILER-DAEMON@example.ne.jp\nSubject: failure notice\n",
       "\xb0\xca\xb2\xbc\xa4\xce\xb0\xb8\xc0\xe8\xa4\xcb\xc1\xf7\xbf\xae\xa4\xc7\xa4\xad\xa4\xde"
       "\xa4\xbb\xa4\xf3\n\n<taro@example.ne.jp>:\n550 5.1.1 User unknown\n",
       "unknown",
       {{"taro@example.ne.jp", "failed", "5.1.1", 550, "userunknown"}}},
      {"an opening in Japanese, the address inside a sentence",
       "Return-Path: <>\nFrom: メール配信システム <system@example.jp>\n"
       "Subject: メールを配信できませんでした\nContent-Type: text/plain; charset=utf-8\n",
       "お客様が送信されたメールは、宛先taro@example.jpに配信できませんでした。\n"
       "エラー内容：550 5.1.1 ユーザが存在しません (user unknown)\n",
       "unknown",
       {{"taro@example.jp", "failed", "5.1.1", 550, "userunknown"}}},
      {"a label in Japanese",
       "Return-Path: <>\nFrom: postmaster@example.jp\nSubject: 配信エラーのお知らせ\n"
       "Content-Type: text/plain; charset=utf-8\n",
       "下記のメールは配信できませんでした。\n\n差出人：news@example.com\n"
       "宛先：taro@example.jp\n件名：ご案内\n理由：メールボックスの容量を超えています"
       "(mailbox full)\n",
       "unknown",
       {{"taro@example.jp", "failed", "", 0, "mailboxfull"}}},
      {"only Japanese words",
       "Return-Path: <>\nFrom: MAILER-DAEMON@example.jp\nSubject: エラーメール\n"
       "Content-Type: text/plain; charset=utf-8\n",
       "次の宛先にメールを送信できませんでした。宛先のメールアドレスが存在しません。\n\n"
       "<taro@example.jp>\n",
       "unknown",
       {{"taro@example.jp", "failed", "", 0, "userunknown"}}},
      {"FML refuses a post",
       "Return-Path: <ml-admin@example.jp>\nFrom: ml-admin@example.jp\n"
       "Message-ID: <20261121.FMLAAA001.ml@example.jp>\nX-MLServer: fml [fml 4.0]\n"
       "Subject: You are not member\n",
       "You are not a member of this mailing list <ml@example.jp>.\n"
       "If you know the general guide of this list, please send mail with\nthe mail body\n",
       "fml",
       {{"ml@example.jp", "failed", "", 0, "rejected"}}},
  });
}
