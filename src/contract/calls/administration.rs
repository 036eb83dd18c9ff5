//! The calls of companies' and the hub's administrators.

use super::{escaped, query};
use crate::contract::{
    Acting, AdminCompany, ApiClient, ClientInput, CodeList, CompanyInput, HandOver, HandlerRules,
    HandlerRulesInput, NewCodeList, OwnCompany, OwnCompanyInput, Page, RulesTrial, Terms, Usage,
    Workload,
};
use crate::error::Result;

impl Acting {
    /// The own company with its branches.
    pub async fn own_company(&self) -> Result<OwnCompany> {
        self.get("/company").await
    }

    /// Changes what the company keeps of itself.
    pub async fn change_own_company(
        &self,
        new: &OwnCompanyInput,
        terms: Terms,
    ) -> Result<OwnCompany> {
        self.put("/company", new, terms).await
    }

    /// The own company's API clients.
    pub async fn own_clients(&self) -> Result<Vec<ApiClient>> {
        Ok(self.get::<Page<ApiClient>>("/api-clients").await?.items)
    }

    /// What a person of the own company has on the desk.
    pub async fn workload(&self, name: &str) -> Result<Workload> {
        self.get(&format!("/handlers/{}", escaped(name))).await
    }

    /// Gives what a person has on the desk to another, or to nobody; what it was.
    pub async fn hand_over(&self, name: &str, to: Option<String>) -> Result<Workload> {
        let path = format!("/handlers/{}/hand-over", escaped(name));
        self.post(&path, &HandOver { to }, Terms::default()).await
    }

    /// Which new incident goes to whom.
    pub async fn handler_rules(&self) -> Result<HandlerRules> {
        self.get("/handler-rules").await
    }

    /// Puts these rules into force in the place of those that are.
    pub async fn change_handler_rules(
        &self,
        new: &HandlerRulesInput,
        terms: Terms,
    ) -> Result<HandlerRules> {
        self.put("/handler-rules", new, terms).await
    }

    /// Who would have got last month's new incidents by these rules; changes nothing.
    pub async fn try_handler_rules(&self, new: &HandlerRulesInput) -> Result<RulesTrial> {
        self.post("/handler-rules/trial", new, Terms::default()).await
    }

    /// Every company, for the hub's administrator.
    pub async fn all_companies(&self) -> Result<Vec<AdminCompany>> {
        Ok(self.get::<Page<AdminCompany>>("/admin/companies").await?.items)
    }

    /// Adds a company.
    pub async fn add_company(&self, new: &CompanyInput) -> Result<AdminCompany> {
        self.post("/admin/companies", new, Terms::default()).await
    }

    /// Changes a company.
    pub async fn change_company(
        &self,
        code: &str,
        new: &CompanyInput,
        terms: Terms,
    ) -> Result<AdminCompany> {
        self.put(&format!("/admin/companies/{}", escaped(code)), new, terms).await
    }

    /// What each company did in a month (`YYYY-MM`).
    pub async fn usage(&self, month: &str) -> Result<Vec<Usage>> {
        let path = format!("/admin/usage{}", query(&[("month", month)]));
        Ok(self.get::<Page<Usage>>(&path).await?.items)
    }

    /// Every API client, for the hub's administrator.
    pub async fn all_clients(&self) -> Result<Vec<ApiClient>> {
        Ok(self.get::<Page<ApiClient>>("/admin/api-clients").await?.items)
    }

    /// Lets an API client in.
    pub async fn add_client(&self, new: &ClientInput) -> Result<ApiClient> {
        self.post("/admin/api-clients", new, Terms::default()).await
    }

    /// Changes an API client.
    pub async fn change_client(
        &self,
        id: &str,
        new: &ClientInput,
        terms: Terms,
    ) -> Result<ApiClient> {
        self.put(&format!("/admin/api-clients/{}", escaped(id)), new, terms).await
    }

    /// Every version of every code list, for the hub's administrator.
    pub async fn all_code_lists(&self) -> Result<Vec<CodeList>> {
        Ok(self.get::<Page<CodeList>>("/admin/code-lists").await?.items)
    }

    /// Publishes a version of a code list.
    pub async fn publish(&self, name: &str, new: &NewCodeList) -> Result<CodeList> {
        let path = format!("/admin/code-lists/{}", escaped(name));
        self.post(&path, new, Terms::default()).await
    }
}
