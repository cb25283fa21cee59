#include "rehearse/report.h"

#include <fmt/core.h>

#include <algorithm>

namespace hagaki::rehearse {
namespace {

bool ascii_only(std::string_view s) {
  return std::none_of(s.begin(), s.end(),
                      [](char c) { return static_cast<unsigned char>(c) > 127; });
}

/// The words a person reads, as bounce(8) writes them.
std::string explanation(const Report& report) {
  std::string said;
  if (report.remote_mta.empty())
    said = fmt::format("<{}>: {}", report.recipient, report.text);
  else
    said = fmt::format("<{}>: host {}[{}] said: {} (in reply to RCPT TO command)", report.recipient,
                       report.remote_mta, report.remote_ip, report.text);
  // One long line is legal up to 998 octets (RFC 5322 §2.1.1); fold it as bounce(8) does.
  std::string folded;
  std::size_t column = 0;
  std::size_t at = 0;
  while (at < said.size()) {
    std::size_t end = said.find(' ', at);
    if (end == std::string::npos) end = said.size();
    const std::size_t length = end - at;
    if (column > 0 && column + 1 + length > 76) {
      folded += "\r\n    ";
      column = 4;
    } else if (column > 0) {
      folded += ' ';
      ++column;
    }
    folded.append(said, at, length);
    column += length;
    at = end + 1;
  }
  return fmt::format(
      "This is the mail system at host {}.\r\n"
      "\r\n"
      "I'm sorry to have to inform you that your message could not\r\n"
      "be delivered to one or more recipients. It's attached below.\r\n"
      "\r\n"
      "For further assistance, please send mail to postmaster.\r\n"
      "\r\n"
      "If you do so, please include this problem report. You can\r\n"
      "delete your own text from the attached returned message.\r\n"
      "\r\n"
      "                   The mail system\r\n"
      "\r\n"
      "{}\r\n",
      report.reporting_mta, folded);
}

std::string common_headers(const Report& report) {
  return fmt::format(
      "Date: {}\r\n"
      "From: MAILER-DAEMON@{} (Mail Delivery System)\r\n"
      "Subject: Undelivered Mail Returned to Sender\r\n"
      "To: {}\r\n"
      "Auto-Submitted: auto-replied\r\n"
      "Message-ID: <{}@{}>\r\n"
      "MIME-Version: 1.0\r\n",
      format_rfc5322(report.time), report.reporting_mta, report.to, report.id,
      report.reporting_mta);
}

std::string delivery_status(const Report& report) {
  std::string out = fmt::format(
      "Reporting-MTA: dns; {}\r\n"
      "X-Postfix-Queue-ID: {}\r\n"
      "X-Postfix-Sender: rfc822; {}\r\n"
      "Arrival-Date: {}\r\n"
      "\r\n"
      "Final-Recipient: rfc822; {}\r\n"
      "Action: failed\r\n"
      "Status: {}\r\n",
      report.reporting_mta, report.id, report.to, format_rfc5322(report.arrived), report.recipient,
      report.status);
  if (!report.remote_mta.empty()) out += fmt::format("Remote-MTA: dns; {}\r\n", report.remote_mta);
  if (!report.diagnostic.empty())
    out += fmt::format("Diagnostic-Code: {}; {}\r\n",
                       report.remote_mta.empty() ? "X-Postfix" : "smtp", report.diagnostic);
  return out;
}

}  // namespace

std::string write_report(const Report& report, BounceStyle style) {
  const std::string words = explanation(report);
  const std::string headers = common_headers(report);
  if (style == BounceStyle::Plain) {
    return fmt::format(
        "{}Content-Type: text/plain; charset={}\r\n"
        "Content-Transfer-Encoding: {}\r\n"
        "\r\n"
        "{}\r\n"
        "--- Below this line is a copy of the message headers.\r\n"
        "\r\n"
        "{}",
        headers, ascii_only(words) && ascii_only(report.headers) ? "us-ascii" : "utf-8",
        ascii_only(words) && ascii_only(report.headers) ? "7bit" : "8bit", words, report.headers);
  }
  const std::string boundary = fmt::format("{}/{}", report.id, report.reporting_mta);
  const std::string status = delivery_status(report);
  const bool ascii = ascii_only(words) && ascii_only(report.headers) && ascii_only(status);
  return fmt::format(
      "{}Content-Type: multipart/report; report-type=delivery-status;\r\n"
      "\tboundary=\"{}\"\r\n"
      "{}"
      "\r\n"
      "This is a MIME-encapsulated message.\r\n"
      "\r\n"
      "--{}\r\n"
      "Content-Description: Notification\r\n"
      "Content-Type: text/plain; charset={}\r\n"
      "{}"
      "\r\n"
      "{}"
      "\r\n--{}\r\n"
      "Content-Description: Delivery report\r\n"
      "Content-Type: message/delivery-status\r\n"
      "\r\n"
      "{}"
      "\r\n--{}\r\n"
      "Content-Description: Undelivered Message Headers\r\n"
      "Content-Type: text/rfc822-headers\r\n"
      "{}"
      "\r\n"
      "{}"
      "\r\n--{}--\r\n",
      headers, boundary, ascii ? "" : "Content-Transfer-Encoding: 8bit\r\n", boundary,
      ascii ? "us-ascii" : "utf-8", ascii ? "" : "Content-Transfer-Encoding: 8bit\r\n", words,
      boundary, status, boundary, ascii ? "" : "Content-Transfer-Encoding: 8bit\r\n",
      report.headers, boundary);
}

}  // namespace hagaki::rehearse
