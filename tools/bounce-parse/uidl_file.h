#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "net/mailbox.h"

/// What runs have read of one POP3 mailbox, a line for each mail: "done UIDL" or "left UIDL". One
/// run at a time may use it.
class UidlFile : public hagaki::net::UidlMemory {
 public:
  /// Opens or creates the file, and the folders it is in. Error::Retry while another run uses it.
  static hagaki::Result<std::unique_ptr<UidlFile>> open(const std::string& path);
  ~UidlFile() override;

  [[nodiscard]] Known known(const std::string& uidl) const override;
  hagaki::Result<void> remember(const std::string& uidl, hagaki::net::MailFate fate) override;
  hagaki::Result<void> keep_only(const std::set<std::string>& uidls) override;

 private:
  UidlFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  hagaki::Result<void> load();

  std::string path_;
  int fd_;
  std::map<std::string, Known> known_;
};
