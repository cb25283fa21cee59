#pragma once

#include <string>
#include <vector>

#include "rehearse/edge.h"

/// Keeps what would go to disk.
class MemoryEdge : public hagaki::rehearse::Edge {
 public:
  struct Mail {
    std::string host, sender, recipient, original, message;
  };
  hagaki::Result<void> deliver(const hagaki::rehearse::Delivery& d) override {
    if (full) return hagaki::fail(hagaki::ErrorCode::Io, "No space left on device");
    mails.push_back({std::string(d.host), std::string(d.sender), std::string(d.recipient),
                     std::string(d.original), std::string(d.message)});
    return {};
  }
  bool bounce(std::string_view to, std::string_view message, hagaki::Timestamp) override {
    if (!take_bounces) return false;
    bounces.push_back({{}, {}, std::string(to), {}, std::string(message)});
    return true;
  }
  void happened(const hagaki::rehearse::Happening& h) override {
    events.push_back(std::string(h.event) + " " + std::string(h.recipient));
  }

  bool full = false;
  bool take_bounces = true;
  std::vector<Mail> mails;
  std::vector<Mail> bounces;
  std::vector<std::string> events;
};
